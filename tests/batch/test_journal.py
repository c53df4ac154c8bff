from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from jwst.batch.jobs import JobResult
from jwst.batch.journal import NAME, Journal, find_dead
from jwst.errors import OutputError


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
    (dead,) = find_dead(str(folder))
    assert dead.running == ("b.fits",)
    assert (dead.done, dead.total) == (2, 3)
    assert "did not end: it was running b.fits, 2 of 3 were done" in str(dead)


def test_a_torn_last_line_is_left_out(folder: Path) -> None:
    begin(folder).close()
    path = folder / NAME
    path.write_bytes(path.read_bytes()[:-20])
    assert find_dead(str(folder))[0].running == ()


def test_a_line_after_a_torn_one_is_whole(folder: Path) -> None:
    begin(folder).close()
    path = folder / NAME
    path.write_bytes(path.read_bytes()[:-20])
    journal = Journal(str(folder))
    journal.write("begin", inputs=1)
    journal.close()
    last = path.read_text().splitlines()[-1]
    assert json.loads(last)["batch"] == journal.batch


def test_a_batch_that_finished_is_not_dead(folder: Path) -> None:
    journal = begin(folder)
    journal.write("finish", exit_code=1)
    journal.close()
    assert find_dead(str(folder)) == []


def test_a_dead_batch_is_told_once(folder: Path) -> None:
    first = begin(folder)
    first.close()
    second = begin(folder, batch=f"{os.uname().nodename}-{os.getpid()}-new", told=(first.batch,))
    second.close()
    assert find_dead(str(folder)) == []


def test_a_batch_that_still_runs_is_not_dead(folder: Path) -> None:
    begin(folder, batch=f"{os.uname().nodename}-{os.getpid()}-abc").close()
    assert find_dead(str(folder)) == []


def test_a_batch_of_another_host_may_still_run(folder: Path) -> None:
    begin(folder, batch="node-7-1234-abc").close()
    assert "or still runs on another host" in str(find_dead(str(folder))[0])


def test_lines_have_time_peak_and_product(folder: Path) -> None:
    journal = Journal(str(folder / "new"))
    journal.end(JobResult(0, "a.fits", "done", "COMPLETE", "p.fits", 1.25, 1000, worker="w"))
    journal.close()
    said = json.loads((folder / "new" / NAME).read_text())
    assert (said["event"], said["seconds"], said["peak"]) == ("end", 1.25, 1000)
    assert said["product"] == "p.fits"


def test_a_journal_that_cannot_be_written_is_an_error(folder: Path) -> None:
    (folder / NAME).mkdir()
    with pytest.raises(OutputError, match="the journal cannot be written: Is a directory"):
        Journal(str(folder))
