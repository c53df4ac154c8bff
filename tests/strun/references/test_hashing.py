"""Sums of files: right, remembered while the file is the same, and taken anew when it is not."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

import pytest

from strun.errors import ReferenceNotFoundError
from strun.references import hashing

OLD_NS = 1_600_000_000_000_000_000


@pytest.fixture
def old(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a file that was written long ago, to a process that knows no sums yet."""
    monkeypatch.setattr(hashing, "_of_this_process", {})
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    # a file's change of status cannot be dated back
    monkeypatch.setattr(hashing, "_SETTLED_NS", 0)
    path = folder / "reference.fits"
    path.write_bytes(bytes(range(256)) * 9000)
    os.utime(path, ns=(OLD_NS, OLD_NS))
    return path


def test_sum_is_that_of_the_bytes(old: Path) -> None:
    assert hashing.sha256(str(old)) == hashlib.sha256(old.read_bytes()).hexdigest()


def test_nothing_is_remembered_of_a_file_that_was_not_summed(old: Path) -> None:
    assert hashing.remembered(str(old)) is None


def test_later_process_remembers(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = hashing.sha256(str(old))
    monkeypatch.setattr(hashing, "_of_this_process", {})
    assert hashing.remembered(str(old)) == digest


def test_one_changed_bit_is_seen(old: Path) -> None:
    before = hashing.sha256(str(old))
    content = bytearray(old.read_bytes())
    content[1000] ^= 1
    old.write_bytes(content)
    os.utime(old, ns=(OLD_NS, OLD_NS))  # same size, same date
    assert hashing.sha256(str(old)) != before


def test_sum_of_a_file_written_just_now_is_not_kept_for_later(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = folder / "fresh.fits"
    fresh.write_bytes(b"x")
    hashing.sha256(str(fresh))
    monkeypatch.setattr(hashing, "_of_this_process", {})
    assert hashing.remembered(str(fresh)) is None


def test_no_place_to_remember_is_no_fault(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(old / "below-a-file"))
    assert len(hashing.sha256(str(old))) == 64


def test_file_is_found_by_its_sum(old: Path) -> None:
    digest = hashing.sha256(str(old))
    assert hashing.find_file(digest) == str(old)


def test_file_that_changed_is_not_found_by_its_old_sum(old: Path) -> None:
    digest = hashing.sha256(str(old))
    old.write_bytes(b"other")
    assert hashing.find_file(digest) is None


def test_missing_file_is_said(folder: Path) -> None:
    with pytest.raises(ReferenceNotFoundError, match=r"gone\.fits: cannot be read"):
        hashing.sha256(str(folder / "gone.fits"))


def test_sums_beside_other_work_are_the_same(old: Path) -> None:
    beside = hashing.Hashing({str(old)})
    beside.start()
    assert beside.finish() == {str(old): hashlib.sha256(old.read_bytes()).hexdigest()}


def test_fault_beside_other_work_is_raised_at_the_end(folder: Path) -> None:
    beside = hashing.Hashing({str(folder / "gone.fits")})
    beside.start()
    with pytest.raises(ReferenceNotFoundError, match="cannot be read"):
        beside.finish()


def _note(old: Path) -> Path:
    hashing.sha256(str(old))
    (note,) = Path(hashing._folder()).iterdir()
    return note


@pytest.mark.parametrize("digest", ["ab", "x" * 64, "A" * 64, "0" * 63, "0" * 65])
def test_a_note_whose_sum_is_none_is_no_note(
    old: Path, monkeypatch: pytest.MonkeyPatch, digest: str
) -> None:
    note = _note(old)
    note.write_text(note.read_text().replace(hashing.sha256(str(old)), digest))
    monkeypatch.setattr(hashing, "_of_this_process", {})
    assert hashing.remembered(str(old)) is None
    assert hashing.find_file(digest) is None
    assert hashing.sha256(str(old)) == hashlib.sha256(old.read_bytes()).hexdigest()


@pytest.mark.parametrize("content", [b"", b"\x00" * 99, b"1 2 3", b"\xff" * 9, b"9" * 5000])
def test_a_damaged_note_is_no_note(
    old: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    _note(old).write_bytes(content)
    monkeypatch.setattr(hashing, "_of_this_process", {})
    assert hashing.remembered(str(old)) is None


def test_a_fifo_among_the_notes_does_not_hang(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    note = _note(old)
    note.unlink()
    os.mkfifo(note)
    monkeypatch.setattr(hashing, "_of_this_process", {})
    assert hashing.find_file("0" * 64) is None


def test_a_full_disk_leaves_nothing_among_the_notes(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        assert len(hashing.sha256(str(old))) == 64
    assert list(Path(hashing._folder()).iterdir()) == []


def test_oldest_notes_go_when_there_are_too_many(
    folder: Path, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashing, "_MOST_NOTES", 3)
    monkeypatch.setattr(hashing, "_AT_A_TIME", 2)
    for number in range(4):
        path = folder / f"{number}.fits"
        path.write_bytes(bytes([number]))
        hashing.sha256(str(path))
        os.utime(hashing._note_of(str(path)), (number, number))
    assert len(os.listdir(hashing._folder())) == 4
    digest = hashing.sha256(str(old))
    monkeypatch.setattr(hashing, "_of_this_process", {})
    assert hashing.remembered(str(old)) == digest
    known = [number for number in range(4) if hashing.remembered(str(folder / f"{number}.fits"))]
    assert known == [2, 3]
