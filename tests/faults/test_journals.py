"""Journals that are damaged, foreign or no journals: the batch is done, or refused in one line."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from fault_driver import Case, run_case, snapshot
from fault_scenes import DQ_PRODUCT, MASK, RAMP

JOURNAL = "strun-journal.jsonl"
WORDS = ("dq_init", RAMP, "y_uncal.fits", "--override_mask", MASK)
PRODUCTS = (DQ_PRODUCT, "y_dq_init.fits")


@pytest.fixture
def place(folder: Path, good: Path) -> Path:
    """Return a folder with two exposures and the references."""
    for path in good.iterdir():
        shutil.copyfile(path, folder / path.name)
    shutil.copyfile(RAMP, "y_uncal.fits")
    return folder


def strun(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """Run a batch; return its exit code and what was said."""
    code, said, logged = run_case(Case("journal", words), capsys)
    return code, "\n".join([*said, *logged])


LINES = {
    "null": b"null\n",
    "a torn line": b'{"event": "begin", "time": "2026',
    "of another version": b'{"event": "paused", "time": "t", "batch": {"host": 1}}\n',
    "deep": b"[" * 200_000 + b"\n",
    "deep objects": b'{"a":' * 200_000 + b"\n",
    "long": b"x" * 5_000_000 + b"\n",
    "zeros": bytes(4096),
    "no text": bytes(range(256)),
    "a list of nonsense": b'[{"event": "begin"}]\n{}\n""\n-0\nNaN\n',
    "a batch without a process": b'{"event": "begin", "time": "t", "batch": "x"}\n',
    "a process too large": b'{"event": "begin", "time": "t", "batch": "h-9999999999999-a"}\n',
    "of other types": b'{"event": "begin", "time": "t", "batch": "h-1-a", "inputs": []}\n',
    "a log": b"2026-01-01 00:00:00,000 - stpipe - INFO - Step done\n" * 20,
}


# who reads the lines is the same process, whatever else the batch is told
CALLS = [*((name, ()) for name in LINES), ("null", ("--resume",)), ("null", ("-j", "2"))]


@pytest.mark.parametrize(("name", "more"), CALLS, ids=str)
def test_lines_that_are_not_of_strun_are_told_once(
    place: Path, capsys: pytest.CaptureFixture[str], name: str, more: tuple[str, ...]
) -> None:
    Path(JOURNAL).write_bytes(LINES[name])
    code, said = strun(capsys, *WORDS, *more)
    assert code == 0
    assert f"{JOURNAL}: " in said
    assert "cut or not of this strun, and left out" in said
    assert all(Path(product).is_file() for product in PRODUCTS)
    assert Path(JOURNAL).read_bytes().startswith(LINES[name])
    code, said = strun(capsys, *WORDS, *more)
    assert (code, "left out" in said) == (0, False)


def link_to_an_exposure(path: str) -> None:
    os.symlink(MASK, path)


def hard_link_to_an_exposure(path: str) -> None:
    os.link(MASK, path)


def link_to_notes(path: str) -> None:
    Path("notes").write_text("mine\n")
    os.symlink("notes", path)


@pytest.mark.parametrize(
    ("make", "line"),
    [
        (os.mkfifo, "it is no regular file"),
        (os.mkdir, "Is a directory"),
        (link_to_an_exposure, "the journal would be a reference"),
        (hard_link_to_an_exposure, "the journal would be a reference"),
        (link_to_notes, "it is a link"),
    ],
)
def test_what_is_no_journal_is_refused_and_left_as_it_is(
    place: Path,
    capsys: pytest.CaptureFixture[str],
    make: Callable[[str], None],
    line: str,
) -> None:
    make(JOURNAL)
    before = snapshot(place)
    code, said, _ = run_case(Case("journal", (*WORDS, "-j", "2")), capsys)
    assert (code, len(said)) == (1, 1), said
    assert JOURNAL in said[0]
    assert line in said[0]
    assert snapshot(place) == before


def test_names_in_a_journal_give_the_terminal_no_commands(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    batch = f'"time": "\\u001b[2J", "batch": "{os.uname().nodename}-4194305-a"'
    start = f'{{"event": "start", "input": "\\u001b]0;x\\u0007", {batch}}}'
    Path(JOURNAL).write_text(f'{{"event": "begin", "inputs": 1, {batch}}}\n{start}\n')
    code, said = strun(capsys, *WORDS)
    assert code == 0
    assert "did not end: it was running \\x1b]0;x\\x07" in said
