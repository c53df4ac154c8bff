"""What a run writes never takes the place of what it reads, or writes elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from strun.errors import ValidationError
from strun.steps.run_files import RunFile, require_apart, taken

READ = [RunFile("a list of inputs", "list")]


def test_files_that_are_apart_are_all_returned_with_absolute_paths(folder: Path) -> None:
    found = require_apart([RunFile("--summary", "s.json")], READ)
    assert found == (
        RunFile("a list of inputs", str(folder / "list")),
        RunFile("the target of --summary", str(folder / "s.json")),
    )


@pytest.mark.parametrize("make", [os.symlink, os.link, os.rename])
def test_a_file_that_is_read_is_known_by_every_name(folder: Path, make: object) -> None:
    Path("list").write_text("x.fits\n")
    if make is os.rename:
        target = "sub/../list"
    else:
        target = "other"
        make("list", target)  # type: ignore[operator]
    with pytest.raises(ValidationError, match=r"summary .*: is a list of inputs; choose another"):
        require_apart([RunFile("--summary", target)], READ)


def test_two_targets_that_are_not_there_yet_are_told_apart(folder: Path) -> None:
    written = [RunFile("--log-file", "a"), RunFile("--summary", "./a")]
    with pytest.raises(ValidationError, match=r"summary ./a: is the target of log_file"):
        require_apart(written, READ)


def test_the_name_of_a_journal_is_refused(folder: Path) -> None:
    with pytest.raises(ValidationError, match=r"is the name of a batch's journal"):
        require_apart([RunFile("--summary", "out/strun-journal.jsonl")], READ)


def test_a_file_of_another_name_is_not_taken(folder: Path) -> None:
    Path("list").touch()
    Path("other").touch()
    assert taken("other", READ) is None
