"""Two images compared in blocks of bounded size."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strun.blockio.encoding import decode, raw_dtype
from strun.blockio.layout import Hdu
from strun.blockio.reader import NOTHING, aligned, fill
from strun.blockio.source import FitsFile
from strun.diff.results import ImageDiff
from strun.diff.tally import Tally

__all__ = ["compare_images"]

_BLOCK = 1 << 20
_FLAGS = frozenset({"PIXELDQ", "GROUPDQ", "DQ"})


class _Blocks:
    """The raw numbers of an image unit, block by block, in one buffer."""

    def __init__(self, file: FitsFile, hdu: Hdu) -> None:
        self.fd = file.fd
        self.hdu = hdu
        self.raw = raw_dtype(hdu.encoding)
        self.buffer = NOTHING

    def read(self, first: int, count: int) -> NDArray[Any]:
        size = count * self.raw.itemsize
        if len(self.buffer) < size:
            self.buffer = aligned(size)
        fill(self.fd, self.buffer[:size], self.hdu.data_offset + first * self.raw.itemsize)
        return self.buffer[:size].view(self.raw)

    def decoded(self, raw: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
        values = np.empty(raw.shape, dtype)
        decode(raw, self.hdu.encoding, values)
        return values


def _flag_table(hdu: Hdu) -> str | None:
    return hdu.name if hdu.name in _FLAGS and np.dtype(hdu.encoding.dtype).kind in "iu" else None


def compare_images(a: tuple[FitsFile, Hdu], b: tuple[FitsFile, Hdu], *, ulp: int = 0) -> ImageDiff:
    """
    Compare two images of the same shape bit by bit.

    Parameters
    ----------
    a, b : tuple of FitsFile and Hdu
        The units. Values of different dtypes are compared as numbers of a common one.
    ulp : int, optional
        Floats that are at most so many representable numbers apart do not count as different;
        above 0, neither do the sign of zero and the bits of NaN.

    Returns
    -------
    ImageDiff
        What differs; nothing when the bits are the same.
    """
    shape = a[1].shape
    result = ImageDiff(math.prod(shape) if shape else 0)
    if not result.total:
        return result
    left, right = _Blocks(*a), _Blocks(*b)
    alike = a[1].encoding == b[1].encoding
    dtype = np.promote_types(a[1].encoding.dtype, b[1].encoding.dtype)
    tally = Tally(shape, result, flags=_flag_table(a[1]), ulp=ulp)
    columns = shape[-1]
    step = max(1, _BLOCK // (columns * dtype.itemsize)) * columns
    for first in range(0, result.total, step):
        count = min(step, result.total - first)
        ours, theirs = left.read(first, count), right.read(first, count)
        if alike and np.array_equal(ours.view(np.uint8), theirs.view(np.uint8)):
            continue
        tally.add(first, left.decoded(ours, dtype), right.decoded(theirs, dtype))
    tally.finish()
    return result
