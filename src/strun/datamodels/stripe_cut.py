"""References of exposures that were read out in stripes: lines of the detector, put together."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from strun.datamodels.stripes import DETECTOR_LINES, Stripes
from strun.datamodels.subarray import Placement, check_placements, mismatch
from strun.errors import ReferenceFileError


class StripeCut(NamedTuple):
    """
    Where the lines of a striped exposure lie in a reference.

    Attributes
    ----------
    lines : ndarray of intp
        (superstripes or 1, lines of an image), of the reference's array.
    fast : slice
        Along the other axis.
    slow_rows : bool
        Whether lines are rows.
    superstripes : bool
        Whether there is an image for each row of `lines`.
    warnings : tuple of str
        What was wrong in the headers and how it was understood.
    """

    lines: NDArray[np.intp]
    fast: slice
    slow_rows: bool
    superstripes: bool
    warnings: tuple[str, ...] = ()

    def take(self, array: NDArray[Any]) -> NDArray[Any]:
        """
        Put an array of the reference together as the exposure was read.

        Parameters
        ----------
        array : ndarray
            (..., rows, columns) of a full frame; two axes for superstripes.

        Returns
        -------
        ndarray
            (..., rows, columns) of the exposure; (superstripes, rows, columns) for superstripes.

        Raises
        ------
        ReferenceFileError
            When an array of more axes would have to be cut in superstripes.
        """
        if self.superstripes and array.ndim != 2:
            raise ReferenceFileError(
                f"a reference of shape {array.shape} cannot be cut in superstripes, expected two "
                "axes; put the superstripes together first"
            )
        lines = self.lines if self.superstripes else self.lines[0]
        if self.slow_rows:
            return np.take(array[..., self.fast], lines, axis=-2)
        part = array[..., self.fast, :]
        if self.superstripes:
            return np.moveaxis(part[:, lines], 0, 1)
        return np.take(part, lines, axis=-1)


def cut_stripes(stripes: Stripes, science: Placement, *, reference: Placement) -> StripeCut:
    """
    Find the lines of a full frame that a striped exposure has.

    Parameters
    ----------
    stripes : Stripes
        How the detector was read.
    science, reference : Placement
        Corners, and the shapes of the arrays.

    Returns
    -------
    StripeCut
        Gives arrays of the exposure's shape.

    Raises
    ------
    InputError
        When the exposure's keywords are missing or do not fit its shape.
    ReferenceMismatchError
        When the reference does not cover the exposure.
    """
    reference, warnings = check_placements(science, reference)
    rows, columns = science.shape[-2:]
    slow_size, fast_size = reference.shape[-2:]
    total, width, slow = rows, columns, int(science.ystart)
    left = int(science.xstart) - int(reference.xstart)
    if not stripes.slow_rows:
        slow_size, fast_size = fast_size, slow_size
        total, width, slow = columns, rows, int(science.xstart)
        left = int(science.ystart) - int(reference.ystart)
    lines = stripes.lines(_first(stripes, slow, warnings), total)
    across = 0 <= left <= fast_size - width
    along = slow_size == DETECTOR_LINES and lines.min() >= 0 and lines.max() < slow_size
    if not across or not along:
        last = f", read in stripes up to line {lines.max() + 1}"
        raise mismatch(science, reference, read=last, give="a reference of the full frame")
    if stripes.slowaxis < 0:
        # read backwards: both the detector's lines and the image's count from the other end
        lines = (slow_size - 1 - lines)[:, ::-1]
    fast = slice(left, left + width)
    return StripeCut(lines, fast, stripes.slow_rows, stripes.count > 0, tuple(warnings))


def _first(stripes: Stripes, corner: int, warnings: list[str]) -> int:
    """Return the line that reading begins at, from 0; the corner must be where it begins."""
    first = corner - 1 if stripes.slowaxis > 0 else DETECTOR_LINES - corner
    if stripes.slowaxis < 0 and corner == 1:
        # early products give the lower corner in place of the first line read
        warnings.append(
            f"the slow axis is read backwards (SLOWAXIS {stripes.slowaxis}) from line 1; the "
            "stripes are taken to begin at the end of the detector"
        )
        return 0
    if first and "DHS" in stripes.subarray.upper():
        warnings.append(
            f"stripes of {stripes.subarray} are taken to begin at the edge of the detector, not "
            f"at line {corner}"
        )
        return 0
    return first
