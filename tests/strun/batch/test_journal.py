from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

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
