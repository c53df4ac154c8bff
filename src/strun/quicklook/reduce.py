"""Images made small enough to be looked at, without losing a single bad pixel."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from strun.datamodels import dqflags
from strun.quicklook.source import Lines

_BAND = 1 << 20


class Cells(NamedTuple):
    """Rows and columns of pixels that become one cell of a picture."""

    rows: int
    columns: int

    @property
    def single(self) -> bool:
        """Whether each cell is a pixel."""
        return self.rows == self.columns == 1


def cells_for(shape: tuple[int, ...], *, most: tuple[int, int]) -> Cells:
    """
    Return the smallest cells with which an image has at most so many of them.

    Parameters
    ----------
    shape : tuple of int
        The last two are rows and columns.
    most : tuple of int
        Rows and columns of cells that can be seen apart.
    """
    (ny, nx), (rows, columns) = shape[-2:], most
    return Cells(-(-ny // rows), -(-nx // columns))


def cell_sizes(shape: tuple[int, ...], cells: Cells) -> NDArray[np.intp]:
    """Return how many pixels each cell (rows, columns) has: the last ones may be smaller."""
    ny, nx = shape[-2:]
    rows = np.minimum(cells.rows, ny - np.arange(0, ny, cells.rows))
    return np.outer(rows, np.minimum(cells.columns, nx - np.arange(0, nx, cells.columns)))


def _bands(lines: Lines, plane: int, cells: Cells) -> list[tuple[int, int]]:
    """Return first line and count of bands that hold whole cells."""
    ny, nx = lines.shape[-2:]
    step = max(1, _BAND // (nx * 4 * cells.rows)) * cells.rows
    return [(plane * ny + top, min(step, ny - top)) for top in range(0, ny, step)]


def _cut(band: NDArray[Any], cells: Cells, ufunc: np.ufunc) -> NDArray[Any]:
    """Reduce a band (rows, columns) to its cells; the last ones may be smaller."""
    ny, nx = band.shape
    by_rows = ufunc.reduceat(band, np.arange(0, ny, cells.rows), axis=0)
    cut: NDArray[Any] = ufunc.reduceat(by_rows, np.arange(0, nx, cells.columns), axis=1)
    return cut


def _reduced(lines: Lines, plane: int, cells: Cells, ufunc: np.ufunc) -> NDArray[Any]:
    bands = _bands(lines, plane, cells)
    return np.concatenate([_cut(lines.read(*band), cells, ufunc) for band in bands])


def largest_by_cell(lines: Lines, plane: int, cells: Cells) -> NDArray[np.float32]:
    """
    Return the largest value in each cell of a plane.

    Parameters
    ----------
    lines : Lines
        Samples, in DN.
    plane : int
        Number of the image, counted through all axes above rows and columns.
    cells : Cells
        From `cells_for`.

    Returns
    -------
    ndarray of float32
        (rows, columns) of cells; NaN only where all pixels are NaN.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return _reduced(lines, plane, cells, np.fmax).astype(np.float32)


def mean_by_cell(lines: Lines, plane: int, cells: Cells) -> NDArray[np.float32]:
    """
    Return the mean of the finite values in each cell of a plane.

    Parameters
    ----------
    lines, plane, cells
        As for `largest_by_cell`.

    Returns
    -------
    ndarray of float32
        (rows, columns) of cells; NaN where no value is finite.
    """
    parts = []
    for place in _bands(lines, plane, cells):
        values = lines.read(*place).astype(np.float64)
        finite = np.isfinite(values)
        values[~finite] = 0
        with np.errstate(invalid="ignore", over="ignore"):
            sums = _cut(values, cells, np.add)
            parts.append(sums / _cut(finite.astype(np.int64), cells, np.add))
    return np.concatenate(parts).astype(np.float32)


def first_by_cell(
    lines: Lines, planes: int, cells: Cells, flag: int
) -> tuple[NDArray[np.int64], int]:
    """
    Return the first plane of several in which a pixel of each cell has a flag.

    Parameters
    ----------
    lines : Lines
        Flags.
    planes : int
        Planes that are looked at, from the first one on: the groups of an integration.
    cells : Cells
        From `cells_for`.
    flag : int
        Its bit.

    Returns
    -------
    first : ndarray of int64
        (rows, columns) of cells, counted from 1; 0 where no plane has it.
    pixels : int
        How many pixels have it in any plane.
    """
    ny = lines.shape[-2]
    parts, pixels = [], 0
    for top, count in _bands(lines, 0, cells):
        first = np.full((count, lines.shape[-1]), planes + 1, np.int64)
        for plane in range(planes - 1, -1, -1):
            found = (lines.read(plane * ny + top, count) & flag) != 0
            first[found] = plane + 1
        pixels += int(np.count_nonzero(first <= planes))
        parts.append(_cut(first, cells, np.minimum))
    earliest = np.concatenate(parts)
    return np.where(earliest > planes, 0, earliest), pixels


def flag_counts(lines: Lines) -> dict[str, int]:
    """Count the pixels of an image by the names of their flags, the commonest first."""
    counts = dict.fromkeys((name for name, bit in dqflags.pixel.items() if bit), 0)
    for place in _bands(lines, 0, Cells(1, 1)):
        band = lines.read(*place)
        values = band[band != 0].astype(np.uint32)
        present = int(np.bitwise_or.reduce(values)) if values.size else 0
        for name in counts:
            bit = dqflags.pixel[name]
            if present & bit:
                counts[name] += int(np.count_nonzero(values & np.uint32(bit)))
    found = {name: count for name, count in counts.items() if count}
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def shown_by_cell(lines: Lines, cells: Cells, flags: Sequence[int]) -> NDArray[np.int64]:
    """
    Return how many pixels of each cell show a flag: the last of several that they have.

    Parameters
    ----------
    lines : Lines
        Flags.
    cells : Cells
        From `cells_for`.
    flags : sequence of int
        Bits, in the order in which they are drawn.

    Returns
    -------
    ndarray of int64
        (flags, rows, columns) of cells.
    """
    parts = []
    for place in _bands(lines, 0, cells):
        band = lines.read(*place)
        shown = np.full(band.shape, -1, np.int8)
        for number, flag in enumerate(flags):
            shown[(band & np.uint32(flag)) != 0] = number
        numbers = range(len(flags))
        parts.append([_cut((shown == n).astype(np.int64), cells, np.add) for n in numbers])
    return np.concatenate(parts, axis=1)


def count_flag(lines: Lines, cells: Cells, flag: int) -> NDArray[np.int64]:
    """Return how many pixels of each cell have a flag: (rows, columns) of cells."""
    parts = [
        _cut(((lines.read(*band) & np.uint32(flag)) != 0).astype(np.int64), cells, np.add)
        for band in _bands(lines, 0, cells)
    ]
    return np.concatenate(parts)


def count_samples(
    lines: Lines, planes: int, cells: Cells, flag: int
) -> tuple[NDArray[np.int64], int]:
    """
    Return how many samples of each cell have a flag, in all of several planes.

    Parameters
    ----------
    lines, planes, cells, flag
        As for `first_by_cell`.

    Returns
    -------
    samples : ndarray of int64
        (rows, columns) of cells.
    pixels : int
        How many pixels have it in any plane.
    """
    ny = lines.shape[-2]
    parts, pixels = [], 0
    for top, count in _bands(lines, 0, cells):
        number = np.zeros((count, lines.shape[-1]), np.int64)
        for plane in range(planes):
            number += (lines.read(plane * ny + top, count) & flag) != 0
        pixels += int(np.count_nonzero(number))
        parts.append(_cut(number, cells, np.add))
    return np.concatenate(parts), pixels
