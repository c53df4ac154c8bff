"""Images made small enough to be looked at, without losing a single bad pixel."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from strun.datamodels import dqflags
from strun.quicklook.source import Lines


class Cells(NamedTuple):
    """Rows and columns of pixels that become one cell of a picture; the last may be smaller."""

    rows: int
    columns: int

    def __str__(self) -> str:
        return f"{self.rows} x {self.columns}"

    @property
    def single(self) -> bool:
        """Whether each cell is a pixel."""
        return self.rows == self.columns == 1

    def note(self, what: str) -> str:
        """Return what stands for several pixels in words, empty when each is drawn."""
        return "" if self.single else f", {what} of {self} pixels"

    def sizes(self, shape: tuple[int, ...]) -> NDArray[np.intp]:
        """Return how many pixels each cell (rows, columns) of an image has."""
        ny, nx = shape[-2:]
        rows = np.minimum(self.rows, ny - np.arange(0, ny, self.rows))
        return np.outer(rows, np.minimum(self.columns, nx - np.arange(0, nx, self.columns)))

    def reduce(self, band: NDArray[Any], ufunc: np.ufunc) -> NDArray[Any]:
        """Return a band (rows, columns) of pixels as one of cells."""
        ny, nx = band.shape
        by_rows = ufunc.reduceat(band, np.arange(0, ny, self.rows), axis=0)
        cut: NDArray[Any] = ufunc.reduceat(by_rows, np.arange(0, nx, self.columns), axis=1)
        return cut


def largest_by_cell(lines: Lines, plane: int, cells: Cells) -> NDArray[np.float32]:
    """
    Return the largest value in each cell (rows, columns) of a plane; NaN where all pixels are.

    Planes are counted through all axes above rows and columns.
    """
    ny = lines.shape[-2]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        parts = [
            cells.reduce(lines.read(plane * ny + top, count), np.fmax)
            for top, count in lines.bands(cells.rows)
        ]
    return np.concatenate(parts).astype(np.float32)


def mean_by_cell(lines: Lines, plane: int, cells: Cells) -> NDArray[np.float32]:
    """Return the mean of the finite values in each cell (rows, columns) of a plane, or NaN."""
    ny = lines.shape[-2]
    parts = []
    for top, count in lines.bands(cells.rows):
        values = lines.read(plane * ny + top, count).astype(np.float64)
        finite = np.isfinite(values)
        values[~finite] = 0
        with np.errstate(invalid="ignore", over="ignore"):
            sums = cells.reduce(values, np.add)
            parts.append(sums / cells.reduce(finite.astype(np.int64), np.add))
    return np.concatenate(parts).astype(np.float32)


def first_by_cell(
    lines: Lines, planes: int, cells: Cells, flag: int
) -> tuple[NDArray[np.int64], int]:
    """
    Return the first of several planes in which a pixel of each cell has a flag.

    It is counted from 1, and 0 where none has it: (rows, columns) of cells. The second is how many
    pixels have the flag in any plane.
    """
    ny = lines.shape[-2]
    parts, pixels = [], 0
    for top, count in lines.bands(cells.rows):
        first = np.full((count, lines.shape[-1]), planes + 1, np.int64)
        for plane in range(planes - 1, -1, -1):
            first[(lines.read(plane * ny + top, count) & np.uint32(flag)) != 0] = plane + 1
        pixels += int(np.count_nonzero(first <= planes))
        parts.append(cells.reduce(first, np.minimum))
    earliest = np.concatenate(parts)
    return np.where(earliest > planes, 0, earliest), pixels


def count_samples(
    lines: Lines, planes: int, cells: Cells, flag: int
) -> tuple[NDArray[np.int64], int]:
    """
    Return how many samples of each cell (rows, columns) have a flag, in all of several planes.

    The second is how many pixels have it in any plane.
    """
    ny = lines.shape[-2]
    parts, pixels = [], 0
    for top, count in lines.bands(cells.rows):
        number = np.zeros((count, lines.shape[-1]), np.int64)
        for plane in range(planes):
            number += (lines.read(plane * ny + top, count) & np.uint32(flag)) != 0
        pixels += int(np.count_nonzero(number))
        parts.append(cells.reduce(number, np.add))
    return np.concatenate(parts), pixels


def flag_counts(lines: Lines) -> dict[str, int]:
    """Count the pixels of an image by the names of their flags, the commonest first."""
    # of equally many, the lower bit comes first
    counts = Counter(dict.fromkeys(dqflags.pixel, 0))
    for place in lines.bands():
        band = lines.read(*place)
        values = band[band != 0].astype(np.uint32)
        present = int(np.bitwise_or.reduce(values))
        for name, bit in dqflags.pixel.items():
            if present & bit:
                counts[name] += int(np.count_nonzero(values & np.uint32(bit)))
    return {name: count for name, count in counts.most_common() if count}


def shown_by_cell(lines: Lines, cells: Cells, flags: Sequence[int]) -> NDArray[np.int64]:
    """
    Return how many pixels of each cell show a flag: the last of several that they have.

    The bits stand in the order in which they are drawn; returns (flags, rows, columns) of cells.
    """
    parts = []
    for place in lines.bands(cells.rows):
        band = lines.read(*place)
        shown = np.full(band.shape, -1, np.int8)
        for number, flag in enumerate(flags):
            shown[(band & np.uint32(flag)) != 0] = number
        numbers = range(len(flags))
        parts.append([cells.reduce((shown == n).astype(np.int64), np.add) for n in numbers])
    return np.concatenate(parts, axis=1)
