from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import jwst.batch
from jwst.dq_init import DQInitStep
from strun.batch.jobs import JobResult
from strun.batch.journal import Journal
from strun.errors import OutputError
from strun.steps.run_files import JOURNAL


def test_a_line_after_a_torn_one_is_whole(folder: Path) -> None:
    (folder / JOURNAL).write_bytes(b'{"event": "be')
    journal = Journal(str(folder))
    journal.write("begin", inputs=1)
    journal.close()
    last = (folder / JOURNAL).read_text().splitlines()[-1]
    assert json.loads(last)["batch"] == journal.batch


def test_lines_have_time_peak_and_product(folder: Path) -> None:
    journal = Journal(str(folder / "new"))
    journal.end(JobResult(0, "a.fits", "done", "COMPLETE", "p.fits", 1.25, 1000, worker="w"))
    journal.close()
    said = json.loads((folder / "new" / JOURNAL).read_text())
    assert (said["event"], said["seconds"], said["peak"]) == ("end", 1.25, 1000)
    assert said["product"] == "p.fits"


def test_a_journal_that_cannot_be_written_is_an_error(folder: Path) -> None:
    (folder / JOURNAL).mkdir()
    with pytest.raises(OutputError, match="the journal cannot be written: Is a directory"):
        Journal(str(folder))


def _link(path: Path) -> None:
    (path.parent / "notes").write_text("mine\n")
    path.symlink_to("notes")


def _hard_link(path: Path) -> None:
    (path.parent / "x.fits").write_bytes(b"SIMPLE  = " + b" " * 100)
    os.link(path.parent / "x.fits", path)


@pytest.mark.parametrize(
    ("make", "line"),
    [
        (_link, "the journal cannot be written: it is a link; remove it"),
        (_hard_link, "holds data"),
        (os.mkfifo, "the journal cannot be written: it is no regular file; remove it"),
    ],
)
def test_what_is_no_journal_is_not_added_to(
    folder: Path, make: Callable[[Path], None], line: str
) -> None:
    make(folder / JOURNAL)
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    with pytest.raises(OutputError, match=line):
        Journal(str(folder))
    assert {path: path.read_bytes() for path in before} == before


class FullDisk:
    """The module os, on a disk that takes so many bytes more and then none until it is `free`."""

    def __init__(self, room: int) -> None:
        self.room = room

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(os, name)

    def write(self, fd: int, data: bytes) -> int:
        if not self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = os.write(fd, data[: self.room])
        self.room -= written
        return written


def test_a_full_disk_is_told_once_and_lines_go_on_when_there_is_room(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    journal, disk = Journal(str(folder)), FullDisk(20)
    monkeypatch.setattr("strun.batch.journal.os", disk)
    for event in ("begin", "start", "end"):
        journal.write(event)
    disk.room = 10_000
    journal.write("finish")
    journal.close()
    told = [record.getMessage() for record in caplog.records]
    why = "the journal cannot be written: No space left on device; the batch goes on"
    assert told == [f"{folder / JOURNAL}: {why}"]
    torn, whole = (folder / JOURNAL).read_text().splitlines()
    assert len(torn) == 20
    assert json.loads(whole)["event"] == "finish"


def test_a_batch_goes_on_without_its_journal(
    three: list[Path], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("strun.batch.journal.os", FullDisk(300))
    report = jwst.batch.run(DQInitStep(override_mask="mask.fits"), three)
    assert report.counts["done"] == 3
    assert report.exit_code == 0
    assert caplog.text.count("the journal cannot be written") == 1
