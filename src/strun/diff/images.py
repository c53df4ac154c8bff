"""Two images compared in blocks of bounded size."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strun.blockio.layout import Hdu
from strun.blockio.reader import UnitReader, decode
from strun.blockio.source import FitsFile
from strun.datamodels.arrays import FLAG_UNITS
from strun.diff.results import ImageDiff
from strun.diff.tally import Tally

_BLOCK = 1 << 20


def _decoded(raw: NDArray[Any], hdu: Hdu, dtype: np.dtype[Any]) -> NDArray[Any]:
    values = np.empty(raw.shape, dtype)
    decode(raw, hdu.encoding, values)
    return values


def _flag_table(hdu: Hdu) -> str | None:
    whole = not hdu.encoding.dtype.startswith("float")
    return hdu.name if whole and hdu.name in FLAG_UNITS else None


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
    left, right = (UnitReader(f.fd, hdu.data_offset, hdu.encoding) for f, hdu in (a, b))
    alike = a[1].encoding == b[1].encoding
    dtype = np.promote_types(a[1].encoding.dtype, b[1].encoding.dtype)
    tally = Tally(shape, result, flags=_flag_table(a[1]), ulp=ulp)
    columns = shape[-1]
    step = max(1, _BLOCK // (columns * dtype.itemsize)) * columns
    for first in range(0, result.total, step):
        count = min(step, result.total - first)
        ours, theirs = left.read_raw(first, count), right.read_raw(first, count)
        if alike and np.array_equal(ours.view(np.uint8), theirs.view(np.uint8)):
            continue
        tally.add(first, _decoded(ours, a[1], dtype), _decoded(theirs, b[1], dtype))
    tally.finish()
    return result
