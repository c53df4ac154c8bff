"""A report for a terminal and for a program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from strun.batch.jobs import DONE, FAILED, JobResult
from strun.batch.report import Report
from strun.batch.summary import as_html, as_text, duration, write_summary
from strun.errors import OutputError


def report(*rows: JobResult) -> Report:
    return Report("mypackage.MyStep", rows, ["k"] * len(rows), seconds=0.0123)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.00123, "1.2 ms"), (0.0994, "99.4 ms"), (0.1, "0.10 s")]
)
def test_small_durations_are_in_milliseconds(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 exposures: nothing to do"), (1, "1 exposure: 1 done"), (2, "2 exposures: 2 done")],
)
def test_the_last_line_counts(count: int, text: str) -> None:
    rows = [JobResult(n, f"{n}.fits", DONE) for n in range(count)]
    assert as_text(report(*rows)).splitlines()[-1] == f"{text}; 12.3 ms"


def test_names_that_are_no_text_are_written_all_the_same(tmp_path: Path) -> None:
    name = b"bad\xff.fits".decode("utf-8", "surrogateescape")
    failed = report(JobResult(0, name, FAILED, error=f"{name}: is cut"))
    as_text(failed).encode("utf-8")
    as_html(failed).encode("utf-8")
    write_summary(failed, str(tmp_path / "s.json"))
    (row,) = json.loads((tmp_path / "s.json").read_text())["exposures"]
    assert row["input"] == r"bad\udcff.fits"


def test_html_is_escaped() -> None:
    assert "<b>.fits" not in as_html(report(JobResult(0, "<b>.fits", DONE)))


def test_a_summary_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="the folder does not exist"):
        write_summary(report(), str(tmp_path / "none" / "s.json"))
