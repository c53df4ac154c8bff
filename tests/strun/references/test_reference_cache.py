"""What is made of references is kept once, and only where it is whole."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from strun.references import hashing, reference_cache
from strun.references.reference_cache import find_prepared, keep_prepared


@pytest.fixture
def reference(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a reference whose sum is known."""
    monkeypatch.setattr(hashing, "_of_this_process", {})
    monkeypatch.setattr(reference_cache, "_whole", set())
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    path = folder / "dark.fits"
    path.write_bytes(b"dark")
    hashing.sha256(str(path))
    return str(path)


class Writer:
    """Writes a file with checksums, and counts how often."""

    def __init__(self) -> None:
        self.written = 0

    def __call__(self, fd: int) -> None:
        self.written += 1
        with open(fd, "wb", closefd=False) as stream:
            fits.PrimaryHDU(np.ones((2, 3), "f4")).writeto(stream, checksum=True)


def _kept() -> list[str]:
    return sorted(os.listdir(hashing.cache_folder("prepared")))


def test_what_was_kept_is_found(reference: str) -> None:
    assert find_prepared(reference, "k") is None
    keep_prepared(reference, "k", Writer())
    assert find_prepared(reference, "k") is not None
    assert find_prepared(reference, "other") is None


def test_what_another_worker_has_kept_meanwhile_is_not_made_again(reference: str) -> None:
    first, second = Writer(), Writer()
    keep_prepared(reference, "k", first)
    keep_prepared(reference, "k", second)
    assert (first.written, second.written) == (1, 0)


def test_what_another_worker_is_keeping_is_not_made_twice(reference: str) -> None:
    folder = hashing.cache_folder("prepared")
    os.makedirs(folder)
    other, mine = os.open(folder, os.O_RDONLY), Writer()
    fcntl.flock(other, fcntl.LOCK_EX)
    keep_prepared(reference, "k", mine)
    assert (mine.written, _kept()) == (0, [])
    os.close(other)
    keep_prepared(reference, "k", mine)
    assert (mine.written, len(_kept())) == (1, 1)


def test_a_folder_that_cannot_be_locked_is_used(
    reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no locks here")

    monkeypatch.setattr(fcntl, "flock", refuse)
    keep_prepared(reference, "k", Writer())
    assert len(_kept()) == 1


@pytest.mark.parametrize("content", [b"", b"SIMPLE", b"changed"])
def test_a_damaged_one_is_told_and_made_again(
    reference: str, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    keep_prepared(reference, "k", Writer())
    path = Path(hashing.cache_folder("prepared"), *_kept())
    whole = path.read_bytes()
    path.write_bytes(whole[:-2880] + content if content == b"changed" else content)
    assert find_prepared(reference, "k") is None
    assert "it is not used, and made again" in caplog.text
    again = Writer()
    keep_prepared(reference, "k", again)
    assert again.written == 1
    assert path.read_bytes() == whole


def test_the_oldest_go(reference: str) -> None:
    for number in range(reference_cache._MOST_FILES + 2):
        keep_prepared(reference, f"k{number}", Writer())
        os.utime(Path(hashing.cache_folder("prepared"), _kept()[-1]), (number, number))
    assert len(_kept()) == reference_cache._MOST_FILES
