"""Two images compared in blocks of bounded size: by region, ULP and flags."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strun.blockio.layout import Hdu
from strun.blockio.source import FitsFile
from strun.blockio.units import UnitReader, decode
from strun.datamodels import dqflags
from strun.datamodels.arrays import FLAG_UNITS
from strun.diff.results import Extreme, FlagDiff, ImageDiff

_BLOCK = 1 << 20
# indices of an axis that are named one by one
_FEW = 6
_ULP_STARTS = (1, 2, 10, 100, 1000)
_RELATIVE_STARTS = (0.0, 1e-6, 1e-4, 1e-2, 1.0)


def _decoded(raw: NDArray[Any], hdu: Hdu, dtype: np.dtype[Any]) -> NDArray[Any]:
    values = np.empty(raw.shape, dtype)
    decode(raw, hdu.encoding, values)
    return values


def compare_images(a: tuple[FitsFile, Hdu], b: tuple[FitsFile, Hdu], *, ulp: int = 0) -> ImageDiff:
    """
    Compare two images of the same shape bit by bit; those of different dtypes in a common one.

    Floats that are at most so many representable numbers apart do not count as different; when
    some may be, neither do the sign of zero and the bits of NaN.
    """
    tally = _Tally(a[1], ulp)
    total = tally.result.total
    if not total:
        return tally.result
    left, right = (UnitReader(f.fd, hdu.data_offset, hdu.encoding) for f, hdu in (a, b))
    alike = a[1].encoding == b[1].encoding
    dtype = np.promote_types(a[1].encoding.dtype, b[1].encoding.dtype)
    columns = a[1].shape[-1]
    step = max(1, _BLOCK // (columns * dtype.itemsize)) * columns
    for first in range(0, total, step):
        count = min(step, total - first)
        ours, theirs = left.read_raw(first, count), right.read_raw(first, count)
        if alike and np.array_equal(ours.view(np.uint8), theirs.view(np.uint8)):
            continue
        tally.add(first, _decoded(ours, a[1], dtype), _decoded(theirs, b[1], dtype))
    tally.finish()
    return tally.result


def _number(value: Any) -> float:  # noqa: ANN401 - a scalar of any dtype
    """Return a value with the digits that its own dtype needs."""
    return value.item() if value.dtype.kind in "iu" else float(str(value))


def _added(old: list[int], new: list[int]) -> list[int]:
    return [one + other for one, other in zip(old, new, strict=True)]


class _Tally:
    """Adds up the differences of blocks of two images that are like a unit."""

    def __init__(self, hdu: Hdu, ulp: int) -> None:
        self.shape = hdu.shape
        self.result = ImageDiff(math.prod(hdu.shape) if hdu.shape else 0)
        self.ulp = ulp
        self.touched = [np.zeros(size, bool) for size in hdu.shape]
        has_flags = hdu.name in FLAG_UNITS and not hdu.encoding.dtype.startswith("float")
        names = dqflags.group if hdu.name == "GROUPDQ" else dqflags.pixel
        self.names = {bit: name for name, bit in names.items()} if has_flags else None
        self.flags: dict[int, FlagDiff] = {}

    def add(self, first: int, a: NDArray[Any], b: NDArray[Any]) -> None:
        """Add a block: values from number `first` on, of the same dtype, whole rows."""
        bits = f"u{a.dtype.itemsize}"
        where = np.flatnonzero(a.view(bits) != b.view(bits))
        size = a.size
        if not where.size:
            return
        a, b = a[where], b[where]
        if a.dtype.kind == "f":
            kept = self._floats(first, where, a, b)
            where, a, b = where[kept], a[kept], b[kept]
        elif self.names is not None:
            self._by_flag(a, b)
        if where.size:
            self.result.differ += where.size
            if self.names is None:
                with np.errstate(all="ignore"):
                    apart = np.abs(a.astype(np.float64) - b.astype(np.float64))
                apart[~np.isfinite(apart)] = -1
                old = self.result.largest
                self.result.largest = self._larger(old, apart, a, b, lambda at: first + where[at])
            self._touch(first, size, where)

    def _floats(
        self, first: int, where: NDArray[Any], a: NDArray[Any], b: NDArray[Any]
    ) -> NDArray[np.bool_]:
        """Count floats by kind and distance; return which of them count as different."""
        result = self.result
        nan_a, nan_b = np.isnan(a), np.isnan(b)
        both = nan_a & nan_b
        result.nan_a += int(np.count_nonzero(nan_a & ~nan_b))
        result.nan_b += int(np.count_nonzero(nan_b & ~nan_a))
        result.nan_bits += int(np.count_nonzero(both))
        numbers = np.flatnonzero(~(nan_a | nan_b))
        left, right = a[numbers], b[numbers]
        distance = ulp_distance(left, right)
        result.zero_signs += int(np.count_nonzero(distance == 0))
        result.ulp = _added(result.ulp, ulp_bins(distance))
        result.relative = _added(result.relative, relative_bins(left, right))
        result.largest_ulp = self._larger(
            result.largest_ulp, distance, left, right, lambda at: first + where[numbers[at]]
        )
        kept = np.ones(a.shape, bool)
        if self.ulp > 0:
            kept[numbers] = distance > self.ulp
            kept[both] = False
            result.within += int(np.count_nonzero(~kept))
        return kept

    def _by_flag(self, a: NDArray[Any], b: NDArray[Any]) -> None:
        # bits, whatever the sign
        a, b = (values.view(f"u{values.dtype.itemsize}") for values in (a, b))
        changed = a ^ b
        present = int(np.bitwise_or.reduce(changed))
        for number in range(8 * a.dtype.itemsize):
            bit = 1 << number
            if not present & bit:
                continue
            name = (self.names or {}).get(bit, f"bit {number}")
            flag = self.flags.setdefault(number, FlagDiff(name))
            one = a.dtype.type(bit)
            flag.only_a += int(np.count_nonzero(a & changed & one))
            flag.only_b += int(np.count_nonzero(b & changed & one))

    def _larger(
        self,
        old: Extreme | None,
        sizes: NDArray[Any],
        a: NDArray[Any],
        b: NDArray[Any],
        number_of: Callable[[int], np.intp],
    ) -> Extreme | None:
        """Return the largest of some differences, or an older one that is as large."""
        at = int(sizes.argmax()) if sizes.size else 0
        if not sizes.size or sizes[at] <= (0 if old is None else old.size):
            return old
        index = tuple(int(i) for i in np.unravel_index(number_of(at), self.shape))
        return Extreme(sizes[at].item(), index, _number(a[at]), _number(b[at]))

    def _touch(self, first: int, size: int, where: NDArray[Any]) -> None:
        differ = np.zeros(size, bool)
        differ[where] = True
        rows = differ.reshape(-1, self.shape[-1])
        self.touched[-1] |= rows.any(axis=0)
        hit = np.flatnonzero(rows.any(axis=1)) + first // self.shape[-1]
        if len(self.shape) > 1:
            above = np.unravel_index(hit, self.shape[:-1])
            for axis, index in zip(self.touched, above, strict=False):
                axis[index] = True

    def finish(self) -> None:
        """Say on which rows, columns and other axes something differs."""
        if not self.result.differ:
            return
        indices = [np.flatnonzero(axis) for axis in self.touched]
        self.result.box = [(int(i[0]), int(i[-1]) + 1) for i in indices]
        self.result.counts = [i.size for i in indices]
        self.result.touched = [i.tolist() if i.size <= _FEW else [] for i in indices]
        self.result.flags = [flag for _, flag in sorted(self.flags.items())]


def ulp_distance(a: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
    """
    Return how many representable numbers lie between two floats.

    Parameters
    ----------
    a, b : ndarray of float16, float32 or float64
        Of the same shape and dtype, without NaN.

    Returns
    -------
    ndarray of unsigned int
        Of the floats' size. 0 for equal numbers and for zeros of both signs; 1 for neighbours.
    """
    bits = f"u{a.dtype.itemsize}"
    top = np.array(1 << (8 * a.dtype.itemsize - 1), bits)
    left, right = a.view(bits), b.view(bits)
    # without the sign bit, the order of the bits is the order of the numbers
    low, high = left & ~top, right & ~top
    apart: NDArray[Any] = np.maximum(low, high) - np.minimum(low, high)
    np.add(low, high, out=apart, where=((left ^ right) & top) != 0)
    return apart


def ulp_bins(distance: NDArray[Any]) -> list[int]:
    """Return how many distances are 1, 2 to 9, 10 to 99, 100 to 999, 1000 and more."""
    return _bins(distance, _ULP_STARTS)


def relative_bins(a: NDArray[Any], b: NDArray[Any]) -> list[int]:
    """
    Return how many floats differ by so large a part of the first of both.

    To 1e-6, 1e-4, 1 %, 100 %, and beyond: infinity and what was 0 count there. Equal
    numbers, as zeros of both signs, count nowhere.
    """
    with np.errstate(all="ignore"):
        parts = b - a
        np.divide(parts, a, out=parts)
        np.abs(parts, out=parts)
    parts[np.isnan(parts)] = np.inf
    parts[a == b] = -1
    return _bins(parts, _RELATIVE_STARTS)


def _bins(values: NDArray[Any], starts: tuple[float, ...]) -> list[int]:
    reached = [int(np.count_nonzero(values >= start)) for start in starts]
    return [one - more for one, more in zip(reached, [*reached[1:], 0], strict=True)]
