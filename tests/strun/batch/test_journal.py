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
from strun.batch.journal import Journal, JournalHistory, read_history
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


def begin(folder: Path, *, batch: str | None = None, told: tuple[str, ...] = ()) -> Journal:
    """Begin a batch, by a process that is not there any more unless `batch` says another."""
    journal = Journal(str(folder))
    # the highest process number that Linux gives is 2**22
    journal.batch = batch or f"{os.uname().nodename}-{2**22 + 1}-abc"
    journal.write("begin", inputs=3, up_to_date=1, told=told)
    journal.write("start", input="a.fits", worker="w")
    journal.end(JobResult(0, "a.fits", "done"))
    journal.write("start", input="b.fits", worker="w")
    return journal


def test_a_killed_batch_says_what_it_was_running(folder: Path) -> None:
    begin(folder).close()
    (dead,) = read_history(str(folder)).unfinished
    assert dead.running == ("b.fits",)
    assert (dead.done, dead.total) == (2, 3)
    assert "did not end: it was running b.fits, 2 of 3 were done" in str(dead)


def test_a_torn_last_line_is_left_out(folder: Path) -> None:
    begin(folder).close()
    path = folder / JOURNAL
    path.write_bytes(path.read_bytes()[:-20])
    assert read_history(str(folder)).unfinished[0].running == ()


def test_a_batch_that_finished_is_not_dead(folder: Path) -> None:
    journal = begin(folder)
    journal.write("finish", exit_code=1)
    journal.close()
    assert read_history(str(folder)).unfinished == []


def test_a_dead_batch_is_told_once(folder: Path) -> None:
    first = begin(folder)
    first.close()
    second = begin(folder, batch=f"{os.uname().nodename}-{os.getpid()}-new", told=(first.batch,))
    second.close()
    assert read_history(str(folder)).unfinished == []


def test_a_batch_that_still_runs_is_not_dead(folder: Path) -> None:
    begin(folder, batch=f"{os.uname().nodename}-{os.getpid()}-abc").close()
    assert read_history(str(folder)).unfinished == []


def test_a_batch_of_another_host_may_still_run(folder: Path) -> None:
    begin(folder, batch="node-7-1234-abc").close()
    assert "or still runs on another host" in str(read_history(str(folder)).unfinished[0])


HOST = os.uname().nodename
ODD = [
    b"null",
    b"[]",
    b"1",
    b"{",
    b"\x00" * 40,
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b"9" * 10_000,
    b'{"batch": "x"}',
    b'{"event": "begin", "time": 1, "batch": "h-1-a"}',
    b'{"event": "begin", "time": "t", "batch": null}',
    b'{"event": "begin", "time": "t", "batch": "nonsense"}',
    b'{"event": "begin", "time": "t", "batch": ["h-1-a"]}',
    b'{"event": "begin", "time": "t", "batch": "h-99999999999999999999-a"}',
    b'{"event": "begin", "time": "t", "batch": "h-1-a", "inputs": "many"}',
    b'{"event": "begin", "time": "t", "batch": "h-1-a", "told": [[]]}',
    b'{"event": "begin", "time": "t", "batch": "h-1-a", "told": 3}',
    b'{"event": "start", "time": "t", "batch": "h-1-a", "input": ["x"]}',
    b'{"event": ["begin"], "time": "t", "batch": "h-1-a"}',
    b'{"event": "another", "time": "t", "batch": "h-1-a"}',
    b"x" * (3 << 20),
]


@pytest.mark.parametrize("line", ODD, ids=[repr(line[:50]) for line in ODD])
def test_a_line_that_is_not_of_strun_is_counted_and_passed_over(folder: Path, line: bytes) -> None:
    (folder / JOURNAL).write_bytes(line + b"\n")
    begin(folder).close()
    found = read_history(str(folder))
    assert (found.damaged, found.new_damaged) == (1, 1)
    assert [dead.running for dead in found.unfinished] == [("b.fits",)]


def test_odd_lines_are_told_once(folder: Path) -> None:
    (folder / JOURNAL).write_bytes(b"null\n\n")
    assert read_history(str(folder)) == JournalHistory([], 2, 2)
    journal = Journal(str(folder))
    journal.write("begin", inputs=1, odd=2)
    journal.close()
    assert read_history(str(folder))[1:] == (2, 0)
    with (folder / JOURNAL).open("ab") as stream:
        stream.write(b"null\n")
    assert read_history(str(folder))[1:] == (3, 1)


def test_a_line_of_a_later_strun_may_say_more(folder: Path) -> None:
    journal = begin(folder)
    journal.write("end", input="b.fits", outcome="done", colour="blue")
    journal.close()
    assert read_history(str(folder)).damaged == 0
    assert read_history(str(folder)).unfinished[0].running == ()


def test_batches_of_this_host_are_known_by_its_name_whatever_it_is(folder: Path) -> None:
    text = {"event": "begin", "time": "t", "batch": f"{HOST}-{2**22 + 1}-a", "inputs": 1}
    (folder / JOURNAL).write_text(json.dumps(text) + "\n")
    assert read_history(str(folder)).unfinished[0].here


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_no_file_says_nothing(folder: Path, make: Callable[[Path], None]) -> None:
    make(folder / JOURNAL)
    assert read_history(str(folder)) == JournalHistory([], 0, 0)
