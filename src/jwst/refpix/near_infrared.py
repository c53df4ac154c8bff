"""What reference pixels say of the drift of a group of a near-infrared detector: arrays only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from jwst.refpix.layout import FRAME, Layout
from jwst.refpix.statistics import RunningMedian, average, clipped_mean

AMPLIFIERS = 4
_WIDTH = 4
_COLUMNS = FRAME // AMPLIFIERS
_EDGES = (slice(FRAME - _WIDTH, FRAME), slice(0, _WIDTH))


class Drift(NamedTuple):
    """
    What is to be subtracted from a group.

    Attributes
    ----------
    columns : ndarray of float64
        (amplifiers, 2): from odd and even columns of the detector, the first one being odd; in DN.
    rows : ndarray of float64 or None
        From each row of the detector, after that; in DN.
    single : bool
        Whether it is rounded to float32 after each of both; jwst keeps float64 between them but
        for the first group of an exposure.
    """

    columns: NDArray[np.float64]
    rows: NDArray[np.float64] | None
    single: bool

    def mean(self) -> float:
        """Return the mean of what is subtracted, in DN."""
        return float(self.columns.mean() + (0 if self.rows is None else self.rows.mean()))


class Finder(Protocol):
    """What finds the drift of a group."""

    def drift(self, values: NDArray[np.float32], *, first: bool) -> Drift:
        """Return the drift from the values of the border; `first` for an exposure's first group."""


def column_keys(columns: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the places of the detector's columns in a flattened `Drift.columns`."""
    keys: NDArray[np.intp] = columns // _COLUMNS * 2 + columns % 2
    return keys


class Sides:
    """
    The reference columns at both sides, which follow the drift from row to row.

    It is a running median over `length` rows of the good pixels, multiplied by `gain`.
    """

    def __init__(self, layout: Layout, good: NDArray[np.bool_], length: int, gain: float) -> None:
        self.gain = gain
        self._strips = []
        for first in (0, FRAME - _WIDTH):
            places = np.zeros((FRAME, _WIDTH), np.intp)
            usable = np.zeros(places.shape, bool)
            here = np.nonzero((layout.columns >= first) & (layout.columns < first + _WIDTH))[0]
            where = layout.rows[here], layout.columns[here] - first
            places[where], usable[where] = here, good[here]
            self._strips.append((places, RunningMedian(usable, length), usable.any()))

    def rows(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Return what is to be subtracted from each row of the detector."""
        left, right = (
            median.of(values[places]) if usable else np.full(FRAME, np.nan)
            for places, median, usable in self._strips
        )
        with np.errstate(invalid="ignore"):
            both = 0.5 * (left + right)
        both = np.where(np.isnan(left), right, np.where(np.isnan(right), left, both))
        both[np.isnan(left) & np.isnan(right)] = 0
        return self.gain * both


class Amplifiers:
    """
    The drift of four amplifiers, from the reference rows at both ends of each and from the sides.

    It is the `clipped_mean` of the good pixels, of odd and even columns apart if `by_parity`.
    """

    def __init__(
        self,
        layout: Layout,
        good: NDArray[np.bool_],
        *,
        by_parity: bool,
        limit: float,
        sides: Sides | None,
    ) -> None:
        self.limit = limit
        self.sides = sides
        self._keys = column_keys(layout.columns)
        keys = self._keys if by_parity else self._keys // 2 * 2
        at_edge = [good & (layout.rows >= e.start) & (layout.rows < e.stop) for e in _EDGES]
        # index of the drift, places of the pixels at both ends
        self._parts = [
            (key, [np.nonzero(edge & (keys == key))[0] for edge in at_edge])
            for key in range(0, 2 * AMPLIFIERS, 1 if by_parity else 2)
        ]
        self._by_parity = by_parity

    def drift(self, values: NDArray[np.float32], *, first: bool) -> Drift:
        """Return the drift from the values of the border."""
        single = first or self.sides is None
        mine = values if single else values.astype(np.float64)
        columns = self._columns(mine)
        if self.sides is None:
            return Drift(columns, None, single)
        # in one rounding: that of a difference in float32 is the same
        level = (values - columns.ravel()[self._keys]).astype(mine.dtype)
        return Drift(columns, self.sides.rows(level), single)

    def _columns(self, values: NDArray[Any]) -> NDArray[np.float64]:
        found: list[np.floating[Any] | None] = [None] * (2 * AMPLIFIERS)
        for key, ends in self._parts:
            top, bottom = (clipped_mean(values[places], self.limit) for places in ends)
            found[key] = average(top, bottom)
            if not self._by_parity:
                found[key + 1] = found[key]
        pairs = [found[2 * n : 2 * n + 2] for n in range(AMPLIFIERS)]
        # an amplifier of which one parity is unknown is left as it is
        return np.array([(0.0, 0.0) if None in pair else pair for pair in pairs], np.float64)


class OneOutput:
    """The drift of a subarray that is read out through one amplifier, from its good pixels."""

    def __init__(
        self, layout: Layout, good: NDArray[np.bool_], *, by_parity: bool, limit: float
    ) -> None:
        self.limit = limit
        parity = layout.columns % 2 if by_parity else np.zeros_like(layout.columns)
        self.parts = [np.nonzero(good & (parity == each))[0] for each in (0, 1)[: 1 + by_parity]]

    def drift(self, values: NDArray[np.float32], *, first: bool) -> Drift:
        """Return the drift from the values of the border."""
        found = [clipped_mean(values[places], self.limit) or 0.0 for places in self.parts]
        pair = np.array((found[0], found[-1]), np.float64)
        return Drift(np.tile(pair, (AMPLIFIERS, 1)), None, single=True)


def subtract(
    images: NDArray[np.float32],
    columns: NDArray[np.float64],
    keys: NDArray[np.intp],
    rows: NDArray[np.float64],
    single: Sequence[bool],
    *,
    transposed: bool,
) -> None:
    """
    Subtract drifts from images, in place.

    Parameters
    ----------
    images : ndarray of float32
        (groups, rows, columns), in DN.
    columns : ndarray of float64
        (groups, kinds of columns), subtracted first.
    keys : ndarray of int
        The kind of each of the detector's columns, from `column_keys`.
    rows : ndarray of float64
        (groups, rows of the detector).
    single : sequence of bool
        By group, as of `Drift`.
    transposed : bool
        Whether the detector's columns are rows of the images.
    """
    for image, of_kinds, of_rows, rounded in zip(images, columns, rows, single, strict=True):
        along = of_kinds[keys]
        one, other = (along[:, None], of_rows) if transposed else (along, of_rows[:, None])
        if rounded:
            np.subtract(image, one, out=image, casting="same_kind")
            np.subtract(image, other, out=image, casting="same_kind")
        else:
            rest = np.subtract(image, one)
            rest -= other
            image[...] = rest
