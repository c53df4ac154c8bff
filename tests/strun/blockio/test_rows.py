from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from strun.blockio.rows import FileRows, MemoryRows
from strun.blockio.source import FitsFile
from strun.blockio.tiles import Tile

PLANES = np.random.default_rng(2).normal(size=(3, 9, 11)).astype("float32")
FLAGS = np.arange(99, dtype="uint32").reshape(9, 11) + 2**31


@pytest.fixture
def file(folder: Path) -> Iterator[FitsFile]:
    """Return a file with planes and with flags."""
    fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(PLANES), fits.ImageHDU(FLAGS)]).writeto("x.fits")
    with FitsFile.open(folder / "x.fits") as opened:
        yield opened


WINDOWS = [
    Tile(slice(0, 9), slice(0, 11)),
    Tile(slice(2, 7), slice(0, 11)),
    Tile(slice(0, 9), slice(3, 8)),
    Tile(slice(8, 9), slice(10, 11)),
]


def band(first: int, stop: int, columns: int = 11) -> Tile:
    """Return a tile of whole rows."""
    return Tile(slice(first, stop), slice(0, columns))


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize(("index", "values"), [(1, PLANES), (2, FLAGS)])
def test_read_equals_slice_when_window_is_cut(
    file: FitsFile, window: Tile, index: int, values: np.ndarray
) -> None:
    rows = FileRows(file, file.hdus[index], window=window, dtype=str(values.dtype))
    whole = values[..., window.rows, window.columns]
    assert rows.shape == whole.shape
    height, width = window.shape
    for first, left in np.ndindex(height, width):
        tile = Tile(slice(first, height), slice(left, width))
        found = rows.read(tile)
        np.testing.assert_array_equal(found, whole[..., first:, left:])
        assert found.dtype == values.dtype


@pytest.mark.parametrize("window", WINDOWS)
def test_read_fills_out_when_it_is_given(file: FitsFile, window: Tile) -> None:
    rows = FileRows(file, file.hdus[1], window=window, dtype="float32")
    tile = band(0, 1, window.shape[1])
    out = np.empty((3, 1, window.shape[1]), "float32")
    assert rows.read(tile, out) is out
    memory = MemoryRows(PLANES[:, window.rows, window.columns])
    other = np.empty_like(out)
    assert memory.read(tile, other) is other
    np.testing.assert_array_equal(out, other)


def test_read_gives_one_plane_when_asked(file: FitsFile) -> None:
    rows = FileRows(file, file.hdus[1], window=WINDOWS[2], dtype="float32")
    tile = band(2, 5, 5)
    np.testing.assert_array_equal(rows.read(tile, plane=1), PLANES[1, 2:5, 3:8])
    np.testing.assert_array_equal(MemoryRows(PLANES).read(tile, plane=1), PLANES[1, 2:5, :5])


def test_read_casts_when_dtype_differs(file: FitsFile) -> None:
    rows = FileRows(file, file.hdus[2], window=WINDOWS[0], dtype="float64")
    np.testing.assert_array_equal(rows.read(band(1, 3)), FLAGS[1:3].astype(float))


def test_own_reads_the_same(file: FitsFile) -> None:
    rows = FileRows(file, file.hdus[1], window=WINDOWS[1], dtype="float32")
    np.testing.assert_array_equal(rows.own().read(band(0, 2)), rows.read(band(0, 2)))
    assert rows.own() is not rows


def test_memory_rows_give_a_view() -> None:
    rows = MemoryRows(PLANES)
    assert rows.shape == PLANES.shape
    assert np.shares_memory(rows.read(band(1, 2)), PLANES)
    assert rows.own() is rows
