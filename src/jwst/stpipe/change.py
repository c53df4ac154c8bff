"""How much a correction changed the samples, seen on a few lines of the exposure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from jwst.stpipe.correction import Block

__all__ = ["Watch"]

Seen = tuple[list[NDArray[Any]], "NDArray[Any] | None"]

# enough for a median, and so few that most blocks have none
_LINES = 32
_COLUMNS = 1024
# below it, read noise makes any relative change
_FAINTEST = 100.0
# the exponent and two bits of the mantissa of a float32: four bins in each octave
_SHIFT = 21
_BINS = 96
_FIRST = (127 - 20) << 2


class Watch:
    """
    A lattice of samples, looked at before and after a correction.

    It is about 32 rows of frames, spread over all frames and rows, and at most 1024 columns of
    each. It depends on the exposure's shape alone, so that the counts do not depend on how the
    exposure is cut into blocks.

    Parameters
    ----------
    shape : tuple of int
        Of the exposure's data; the last two axes are rows and columns.

    Examples
    --------
    >>> seen = watch.look(block)
    >>> block.data *= 1.01
    >>> counts = watch.counts(seen)
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        self._ny = shape[-2]
        step = max(1, math.prod(shape[:-1]) // _LINES)
        # with a common divisor, only some of the rows would ever be looked at
        while math.gcd(step, self._ny) > 1:
            step += 1
        self._step = step
        self._columns = slice(None, None, -(-shape[-1] // _COLUMNS))

    def _views(self, block: Block) -> list[NDArray[Any]]:
        """Return the lattice's samples in a block."""
        data, ny, step = block.data, self._ny, self._step
        rows, frame = data.shape[1], block.frames.start
        if rows == ny and data.flags.c_contiguous:
            first = -(frame * ny) % step
            lines = data.reshape(-1, data.shape[2])
            return [lines[first::step, self._columns]] if first < len(lines) else []
        views = []
        for number, plane in enumerate(data, frame):
            first = -(number * ny + block.rows.start) % step
            if first < rows:
                views.append(plane[first::step, self._columns])
        return views

    def look(self, block: Block) -> Seen:
        """Return what the lattice's samples in a block are; to be called before they change."""
        views = self._views(block)
        return views, np.concatenate(views) if views else None

    def counts(self, seen: Seen) -> dict[str, Any]:
        """
        Return how much samples changed since they were seen.

        Parameters
        ----------
        seen : tuple
            From `look`, of a block whose `data` was corrected in place.

        Returns
        -------
        dict
            ``changes``: samples by relative change, four bins in each octave from 2**-20 on;
            ``max_change``: the largest. Samples below 100 DN, unchanged ones and those that are
            not finite are left out. Empty when the block has no such sample.
        """
        views, before = seen
        if before is None:
            return {}
        with np.errstate(all="ignore"):
            change = np.concatenate(views)
            change -= before
            change /= before
        np.abs(change, out=change)
        change = change[(before >= _FAINTEST) & (change > 0) & (change < np.inf)]
        if not change.size:
            return {}
        number = (change.view(np.uint32) >> _SHIFT).astype(np.int64) - _FIRST
        np.clip(number, 0, _BINS - 1, out=number)
        found: list[int] = np.bincount(number, minlength=_BINS).tolist()
        return {"changes": found, "max_change": float(change.max())}
