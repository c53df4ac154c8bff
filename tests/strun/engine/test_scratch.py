"""Arrays between two passes over an exposure."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

import numpy as np
import pytest

from strun.blockio.tiles import Tile
from strun.engine.arrays import MemoryArray
from strun.engine.scratch import Scratch
from strun.errors import OutputError

SHAPE = (3, 7, 9)
WHOLE = Tile(slice(0, 7), slice(0, 9))
EVERY = slice(0, 3)


@pytest.fixture
def arrays() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(4)
    return {
        "groupdq": rng.integers(0, 256, SHAPE).astype(np.uint8),
        "data": rng.normal(size=SHAPE).astype(np.float32),
        "pixeldq": rng.integers(0, 1 << 32, (1, 7, 9)).astype(np.uint32),
    }


def room_for(arrays: dict[str, np.ndarray]) -> Scratch:
    return Scratch({name: MemoryArray(array) for name, array in arrays.items()})


def test_tiles_are_stored_by_one_worker_and_loaded_by_another(
    arrays: dict[str, np.ndarray],
) -> None:
    with room_for(arrays) as scratch:
        stored = scratch.open()
        for name, values in arrays.items():
            for rows in (slice(4, 7), slice(0, 4)):
                for columns in (slice(0, 2), slice(2, 9)):
                    groups = slice(0, len(values))
                    stored[name].store(Tile(rows, columns), groups, values[:, rows, columns])
        loaded = scratch.open()
        tile = Tile(slice(1, 5), slice(3, 8))
        for name, values in arrays.items():
            part = loaded[name].load(tile, slice(0, len(values)))
            assert part.dtype == values.dtype
            np.testing.assert_array_equal(part, values[:, 1:5, 3:8])
            np.testing.assert_array_equal(loaded[name].load(WHOLE, slice(0, 1)), values[:1])


def test_file_has_no_name_and_is_closed(arrays: dict[str, np.ndarray], folder: Path) -> None:
    tempfile.tempdir = str(folder)
    try:
        with room_for(arrays) as scratch:
            assert list(folder.iterdir()) == []
            array = scratch.open()["data"]
    finally:
        tempfile.tempdir = None
    with pytest.raises(OSError, match=os.strerror(errno.EBADF)):
        array.load(WHOLE, EVERY)


def test_too_little_room_is_said_before_the_work(
    arrays: dict[str, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(fd: int, offset: int, size: int) -> None:
        assert size == sum(array.nbytes for array in arrays.values())
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "posix_fallocate", full, raising=False)
    with pytest.raises(OutputError, match=r"no room for 0\.00 GB, what is kept .*set TMPDIR"):
        room_for(arrays)


def test_disk_that_is_full_on_the_way_is_said_in_one_line(
    arrays: dict[str, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(fd: int, data: memoryview, offset: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("strun.engine.scratch.write_all", full)
    with (
        room_for(arrays) as scratch,
        pytest.raises(OutputError, match=r"no room for what is kept .*set TMPDIR"),
    ):
        scratch.open()["data"].store(WHOLE, EVERY, arrays["data"])
