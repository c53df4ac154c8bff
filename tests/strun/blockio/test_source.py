from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from strun.blockio.source import FitsFile
from strun.errors import FitsError, InputError, InputNotFoundError


@pytest.fixture
def image(folder: Path) -> Path:
    """Return a file with two units named SCI."""
    units = [fits.ImageHDU(np.full((2, 3), n, "i2"), name="SCI", ver=n) for n in (1, 2)]
    fits.HDUList([fits.PrimaryHDU(), *units]).writeto("x.fits")
    return folder / "x.fits"


def open_files() -> int:
    """Return how many descriptors this process has."""
    return len(os.listdir("/proc/self/fd"))


def test_open_gives_units_when_path_is_a_string_or_a_path(image: Path) -> None:
    for path in (image, str(image)):
        with FitsFile.open(path) as file:
            assert [hdu.name for hdu in file.hdus] == ["PRIMARY", "SCI", "SCI"]


def test_find_gives_the_first_when_several_have_the_name(image: Path) -> None:
    with FitsFile.open(image) as file:
        assert file.find("sci") is file.hdus[1]
        assert file.find("DQ") is None


def test_read_array_names_the_file_when_it_became_shorter(image: Path) -> None:
    with FitsFile.open(image) as file:
        os.truncate(image, file.hdus[2].data_offset + 3)
        with pytest.raises(FitsError, match=r"x\.fits: the file became shorter while it was read"):
            file.read_array(file.hdus[2])


def test_close_ends_descriptor_once(image: Path) -> None:
    before = open_files()
    file = FitsFile.open(image)
    assert open_files() == before + 1
    file.close()
    file.close()
    assert open_files() == before


def test_file_that_a_signal_did_not_let_begin_is_closed_in_silence() -> None:
    FitsFile.__new__(FitsFile).close()


def test_close_is_done_once_when_a_signal_comes_in_between(
    image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = FitsFile.open(image)
    closed = []

    def close(fd: int) -> None:
        closed.append(fd)
        if len(closed) == 1:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("os.close", close)
        with pytest.raises(KeyboardInterrupt):
            file.close()
        file.close()
    os.close(closed[0])
    assert len(closed) == 1


@pytest.mark.parametrize("content", [b"", b"SIMPLE  = oh", b"\x1f\x8b no gzip", b"text"])
def test_open_leaves_no_descriptor_when_file_is_bad(folder: Path, content: bytes) -> None:
    Path("bad.fits").write_bytes(content)
    before = open_files()
    with pytest.raises(FitsError, match=r"^bad\.fits: "):
        FitsFile.open("bad.fits")
    assert open_files() == before


def test_open_says_so_when_nothing_is_there(folder: Path) -> None:
    with pytest.raises(InputNotFoundError, match=r"^none\.fits: no such file"):
        FitsFile.open("none.fits")


def test_open_says_so_when_it_is_a_folder(folder: Path) -> None:
    with pytest.raises(InputError, match="is a folder, expected a FITS file"):
        FitsFile.open(folder)


def test_open_says_so_when_it_is_a_fifo(folder: Path) -> None:
    os.mkfifo("pipe")
    with pytest.raises(InputError, match="is no regular file"):
        FitsFile.open("pipe")


def test_open_says_so_when_name_cannot_be(folder: Path) -> None:
    with pytest.raises(InputError, match="cannot be a file name"):
        FitsFile.open("a\0b")


def test_open_says_so_when_system_refuses(image: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(InputError, match="cannot be read: Permission denied"):
        FitsFile.open(image)
