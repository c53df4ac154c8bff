"""Detectors read out in stripes: which lines make an image, and where they lie in a reference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from strun.datamodels.subarray import Placement, check_placements, mismatch
from strun.errors import InputError, ReferenceFileError

DETECTOR_LINES = 2048
"""Lines of a detector that can be read in stripes."""


@dataclass(frozen=True)
class Stripes:
    """
    How the detector was read out in stripes; all counts are of lines along the slow axis.

    Attributes
    ----------
    reads1, skips1 : int
        MSTR_RD1, MSTR_SK1: lines read first (reference pixels), then skipped.
    reads2, skips2 : int
        MSTR_RD2, MSTR_SK2: lines of a stripe, and between two stripes.
    repeat : int
        MSTR_RPT: above 0 the read-out goes back to its beginning after each stripe.
    interleave : int
        MSTR_ILV: not 0 when each stripe after going back lies farther on.
    step : int
        SSTR_STP: from one superstripe to the next.
    count : int
        SSTR_NST: superstripes, 0 when an integration holds all stripes.
    fastaxis, slowaxis : int
        FASTAXIS, SLOWAXIS: 1 for columns, 2 for rows, negative when read backwards.
    subarray : str
        SUBARRAY.
    """

    fastaxis: int
    slowaxis: int
    reads1: int = 0
    skips1: int = 0
    reads2: int = 0
    skips2: int = 0
    repeat: int = 0
    interleave: int = 0
    step: int = 0
    count: int = 0
    subarray: str = ""

    def __post_init__(self) -> None:
        if {abs(self.fastaxis), abs(self.slowaxis)} != {1, 2}:
            raise InputError(
                f"FASTAXIS is {self.fastaxis} and SLOWAXIS {self.slowaxis}, expected one of them "
                "1 or -1 and the other 2 or -2"
            )
        if self.length < 1:
            raise InputError(
                f"stripes have {self.length} lines (MSTR_RD2 {self.reads2}, SSTR_STP {self.step}), "
                "expected 1 or more"
            )
        if not 0 <= self.count <= DETECTOR_LINES:
            raise InputError(
                f"SSTR_NST is {self.count} superstripes, expected 0 to {DETECTOR_LINES}; correct it"
            )

    @property
    def slow_rows(self) -> bool:
        """Whether lines are rows; else they are columns."""
        return abs(self.fastaxis) == 1

    @property
    def length(self) -> int:
        """Lines of one stripe."""
        return self.step if self.reads2 <= 0 and self.count > 0 else self.reads2

    def lines(self, first: int, total: int) -> NDArray[np.intp]:
        """
        Return which lines of the detector a read-out has, in the order of reading.

        They are (superstripes or 1, total). `first` is the line that it begins at, from 0; `total`
        the lines that an image has. Raises InputError when the stripes do not fill an image.
        """
        if max(self.reads1, self.length) > total:
            raise self._unfilled(total)
        found = [self._lines(first, total, stripe) for stripe in range(max(1, self.count))]
        return np.array(found, np.intp)

    def _lines(self, first: int, total: int, stripe: int) -> list[int]:
        lines = list(range(first, first + self.reads1))
        head = first + max(0, self.reads1) + self.skips1 + self.step * stripe
        lines += range(head, head + self.length)
        further = self.skips1
        while len(lines) < total:
            head += self.length + self.skips2
            if self.repeat > 0:
                lines += range(first, first + self.reads1)
                further += self.length + self.skips2
                skips = further if self.interleave else self.skips1 + self.step * stripe
                head = first + max(0, self.reads1) + skips
            lines += range(head, head + self.length)
        if len(lines) != total:
            raise self._unfilled(total)
        return lines

    def _unfilled(self, total: int) -> InputError:
        return InputError(
            f"stripes of {self.reads1} + {self.length} lines do not fill the {total} lines of the "
            "image; check the MSTR_ keywords and the image's size"
        )


class StripeCut(NamedTuple):
    """
    Where the lines of a striped exposure lie in a reference.

    `lines` (superstripes or 1, lines of an image) are of the reference's array, `fast` is along the
    other axis; with `superstripes` there is an image for each row of `lines`. `warnings` say what
    was wrong in the headers and how it was understood.
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

    Raises InputError when the exposure's keywords are missing or do not fit its shape, and
    ReferenceMismatchError when the reference does not cover the exposure.
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
