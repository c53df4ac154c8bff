"""Differences of two arrays added up block by block."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from strun.datamodels import dqflags
from strun.diff.results import Extreme, FlagDiff, ImageDiff
from strun.diff.ulp import relative_bins, ulp_bins, ulp_distance

_FEW = 6


def _number(value: Any) -> float:  # noqa: ANN401 - a scalar of any dtype
    """Return a value with the digits that its own dtype needs."""
    return value.item() if value.dtype.kind in "iu" else float(str(value))


def _added(old: list[int], new: list[int]) -> list[int]:
    return [one + other for one, other in zip(old, new, strict=True)]


class Tally:
    """
    Adds the differences of blocks to a result.

    Parameters
    ----------
    shape : tuple of int
        Of the whole arrays.
    result : ImageDiff
        Is filled.
    flags : str or None
        Name of the array of flags: PIXELDQ, DQ or GROUPDQ.
    ulp : int
        Tolerance for floats.
    """

    def __init__(
        self, shape: tuple[int, ...], result: ImageDiff, *, flags: str | None, ulp: int
    ) -> None:
        self.shape = shape
        self.result = result
        self.ulp = ulp
        self.touched = [np.zeros(size, bool) for size in shape]
        names = dqflags.group if flags == "GROUPDQ" else dqflags.pixel
        self.names = {bit: name for name, bit in names.items()} if flags else None
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
                self._largest(first + where, a, b)
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
        if distance.size:
            at = int(distance.argmax())
            size = int(distance[at])
            if size and (result.largest_ulp is None or size > result.largest_ulp.size):
                index = self._index(first + int(where[numbers[at]]))
                result.largest_ulp = Extreme(size, index, _number(left[at]), _number(right[at]))
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

    def _largest(self, where: NDArray[Any], a: NDArray[Any], b: NDArray[Any]) -> None:
        with np.errstate(all="ignore"):
            apart = np.abs(a.astype(np.float64) - b.astype(np.float64))
        apart[~np.isfinite(apart)] = -1
        at = int(apart.argmax())
        size = float(apart[at])
        if size > 0 and (self.result.largest is None or size > self.result.largest.size):
            index = self._index(int(where[at]))
            self.result.largest = Extreme(size, index, _number(a[at]), _number(b[at]))

    def _index(self, number: int) -> tuple[int, ...]:
        return tuple(int(i) for i in np.unravel_index(number, self.shape))

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
