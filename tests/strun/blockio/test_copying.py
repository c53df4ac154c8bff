from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from strun.blockio import copying
from strun.blockio.copying import Background, Range, copied, copy_range, write_all
from strun.errors import FitsError

DATA = np.random.default_rng(3).integers(0, 256, 3 * 10**6, np.uint8).tobytes()


@pytest.fixture
def files(folder: Path) -> Iterator[tuple[int, int]]:
    """Return descriptors of a full and of an empty file."""
    Path("in").write_bytes(DATA)
    pair = os.open("in", os.O_RDONLY), os.open("out", os.O_RDWR | os.O_CREAT)
    yield pair
    for fd in pair:
        os.close(fd)


def copy_all(files: tuple[int, int], todo: Range) -> int:
    """Copy a range piece by piece and return how many pieces it took."""
    pieces = 0
    while todo.size:
        todo = copy_range(*files, todo)
        pieces += 1
    return pieces


@pytest.mark.parametrize("code", [0, errno.EXDEV, errno.ENOSYS, errno.EINVAL, errno.EPERM, None])
def test_copy_range_copies_every_byte_when_kernel_cannot(
    files: tuple[int, int], monkeypatch: pytest.MonkeyPatch, code: int | None
) -> None:
    def refused(*_: object, **__: object) -> int:
        raise OSError(code, "cannot")

    if code is None:
        monkeypatch.delattr(os, "copy_file_range")
    elif code:
        monkeypatch.setattr(os, "copy_file_range", refused)
    copy_all(files, Range(1000, 77, 2_500_001))
    assert Path("out").read_bytes() == bytes(77) + DATA[1000 : 1000 + 2_500_001]


def test_copy_range_takes_pieces(files: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "_PIECE", 1 << 20)
    assert copy_all(files, Range(0, 0, len(DATA))) == 3
    assert Path("out").read_bytes() == DATA


def test_copy_range_copies_when_kernel_says_zero(
    files: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "copy_file_range", lambda *_, **__: 0)
    copy_all(files, Range(0, 0, 100))
    assert Path("out").read_bytes() == DATA[:100]


def test_copy_range_says_so_when_source_is_short(files: tuple[int, int]) -> None:
    with pytest.raises(FitsError, match="became shorter while it was read"):
        copy_all(files, Range(0, 0, len(DATA) + 1))


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_copy_range_raises_when_system_fails(
    files: tuple[int, int], monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def refused(*_: object, **__: object) -> int:
        raise OSError(code, "failed")

    monkeypatch.setattr(os, "copy_file_range", refused)
    with pytest.raises(OSError, match="failed"):
        copy_range(*files, Range(0, 0, 10))


def test_background_copy_copies_all_ranges(files: tuple[int, int]) -> None:
    copy = Background(
        copied(*files, [Range(0, 10, 5), Range(9, 0, 0), Range(100, 20, 50)]), len(DATA)
    )
    copy.finish()
    copy.stop()
    assert Path("out").read_bytes() == bytes(10) + DATA[:5] + bytes(5) + DATA[100:150]


def test_background_copy_goes_on_when_it_was_stopped(
    files: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "_PIECE", 1 << 16)
    copy = Background(copied(*files, [Range(0, 0, len(DATA))]), len(DATA))
    copy.stop()
    copy.finish()
    assert Path("out").read_bytes() == DATA


def test_background_copy_is_done_in_finish_when_there_is_no_thread(
    files: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refused)
    copy = Background(copied(*files, [Range(0, 0, len(DATA))]), len(DATA))
    copy.finish()
    assert Path("out").read_bytes() == DATA


def test_background_copy_raises_in_finish_what_the_thread_met(files: tuple[int, int]) -> None:
    copy = Background(copied(*files, [Range(0, 0, len(DATA) + 1)]), len(DATA))
    with pytest.raises(FitsError, match="became shorter"):
        copy.finish()
    copy.stop()


def test_write_all_goes_on_when_system_writes_less(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda fd, data, at: plain(fd, bytes(data[:3]), at))
    with open("x", "wb") as stream:
        write_all(stream.fileno(), b"0123456789", 2)
    assert Path("x").read_bytes() == b"\0\x000123456789"
