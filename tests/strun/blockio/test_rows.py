from __future__ import annotations

import pickle
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


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize(("index", "values"), [(1, PLANES), (2, FLAGS)])
def test_read_equals_slice_when_window_is_cut(
    file: FitsFile, window: Tile, index: int, values: np.ndarray
) -> None:
    rows = FileRows(file, file.hdus[index], window=window, dtype=str(values.dtype))
    whole = values[..., window.rows, window.columns]
    assert rows.shape == whole.shape
    height = window.shape[0]
    for first in range(height):
        for last in range(first + 1, height + 1):
            found = rows.read(slice(first, last))
            np.testing.assert_array_equal(found, whole[..., first:last, :])
            assert found.dtype == values.dtype


@pytest.mark.parametrize("window", WINDOWS)
def test_read_fills_out_when_it_is_given(file: FitsFile, window: Tile) -> None:
    rows = FileRows(file, file.hdus[1], window=window, dtype="float32")
    out = np.empty((3, 1, window.shape[1]), "float32")
    assert rows.read(slice(0, 1), out) is out
    memory = MemoryRows(PLANES[:, window.rows, window.columns])
    other = np.empty_like(out)
    assert memory.read(slice(0, 1), other) is other
    np.testing.assert_array_equal(out, other)


def test_read_casts_when_dtype_differs(file: FitsFile) -> None:
    rows = FileRows(file, file.hdus[2], window=WINDOWS[0], dtype="float64")
    np.testing.assert_array_equal(rows.read(slice(1, 3)), FLAGS[1:3].astype(float))


def test_file_rows_read_the_same_when_pickled(file: FitsFile) -> None:
    rows = FileRows(file, file.hdus[1], window=WINDOWS[2], dtype="float32")
    again = pickle.loads(pickle.dumps(rows))
    file.close()
    np.testing.assert_array_equal(again.read(slice(2, 5)), PLANES[:, 2:5, 3:8])


def test_own_reads_the_same(file: FitsFile) -> None:
    rows = FileRows(file, file.hdus[1], window=WINDOWS[1], dtype="float32")
    np.testing.assert_array_equal(rows.own().read(slice(0, 2)), rows.read(slice(0, 2)))
    assert rows.own() is not rows


def test_memory_rows_give_a_view() -> None:
    rows = MemoryRows(PLANES)
    assert rows.shape == PLANES.shape
    assert np.shares_memory(rows.read(slice(1, 2)), PLANES)
    assert rows.own() is rows


def test_what_is_kept_of_a_window_is_not_the_readers(file: FitsFile) -> None:
    rows = FileRows(file, file.hdus[1], window=WINDOWS[2], dtype="float32")
    whole = slice(0, 9)
    rows.read(whole)[:] = 0
    rows.read(whole)[:] = 0
    np.testing.assert_array_equal(rows.own().read(whole), PLANES[..., 3:8])


def test_one_window_of_a_unit_is_kept(file: FitsFile) -> None:
    one, other = (
        FileRows(file, file.hdus[1], window=window, dtype="float32") for window in WINDOWS[:2]
    )
    assert one.kept is one.own().kept
    one.kept["made"] = 1
    assert other.kept == {}
    assert one.kept == {}


def test_nothing_is_kept_of_large_windows(folder: Path) -> None:
    fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(np.zeros((513, 1024)))]).writeto("x.fits")
    window = Tile(slice(0, 513), slice(0, 1024))
    with FitsFile.open("x.fits") as file:
        assert FileRows(file, file.hdus[1], window=window, dtype="float32").kept is None
