from __future__ import annotations

import json
from pathlib import Path

import pytest

from jwst.linearity import LinearityStep
from strun.batch.jobs import DONE, FAILED, JobResult
from strun.batch.report import Report, duration, shortened, write_summary
from strun.effects.effect import Effect
from strun.errors import OutputError

COUNTS = {"samples": 1000, "samples_saturated": 10, "samples_without": 40, "pixels": 100}


def effects(**counts: float) -> dict[str, Effect]:
    return {"linearity": LinearityStep().effect_of(COUNTS | counts)}


def row(index: int, outcome: str = "done", **more: object) -> JobResult:
    path = f"jw0107500100{index}_03105_0000{index}_nrca2_uncal.fits"
    return JobResult(index, path, outcome, **more)  # type: ignore[arg-type]


def report(*rows: JobResult, **more: object) -> Report:
    return Report("jwst.linearity.LinearityStep", rows, ["k"] * len(rows), **more)  # type: ignore[arg-type]


def test_the_table_has_80_columns() -> None:
    error = "x.fits: " + "something is wrong with it, " * 9
    text = str(
        report(
            row(0, status="COMPLETE", seconds=12360, peak=10**10, effects=effects()),
            row(1, "failed", error=error, seconds=0.001),
            row(2, "up to date"),
            seconds=4.5,
        )
    )
    lines = text.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[2].endswith("complete   3 h 26 min 10.0 GB 95 % corrected")
    assert lines[-1] == "3 exposures: 1 done, 1 up to date, 1 failed; 4.50 s"


def test_effects_have_the_columns_that_short_names_leave() -> None:
    rows = [JobResult(0, "e1_uncal.fits", "done", effects=effects())]
    head, _, line, _ = str(Report("s", rows, ["k"])).splitlines()
    assert line.startswith("e1_uncal.fits done ")
    assert head.index("effect") == line.index("95 % corrected")


def test_long_effects_are_shortened_at_their_end() -> None:
    rows = [row(0, effects={"s": Effect({}, "", "10.3 % without a rate of any kind")})]
    *_, line, _ = str(report(*rows)).splitlines()
    assert line.endswith(" 10.3 % without a…")
    assert len(line) <= 80


def test_names_are_shortened_in_the_middle() -> None:
    assert shortened("jw01075001001_03105_00009_uncal.fits", 20) == "jw0107500…uncal.fits"
    assert shortened("short", 20) == "short"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.1234, "0.12 s"), (99.9, "99.90 s"), (125, "2 min 05 s"), (7260, "2 h 01 min")],
)
def test_durations_are_read_at_a_glance(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_long_batches_list_what_needs_a_look() -> None:
    rows = [row(n, "failed" if n == 7 else "done", error="bad") for n in range(150)]
    text = str(report(*rows))
    assert "(149 more; --summary FILE lists all)" in text
    assert text.count("\n") < 10


def test_table_is_whole_with_twenty_rows() -> None:
    assert str(report(*map(row, range(20)))).count("_uncal.fits") == 20
    assert str(report(*map(row, range(21)))).count("_uncal.fits") == 0


def test_long_batches_list_failures_first_and_count_the_others() -> None:
    rows = [row(n, status="SKIPPED") for n in range(5)]
    rows += [row(n, "failed", error="bad") for n in range(5, 40)]
    text = str(report(*rows))
    assert "skipped" not in text
    assert text.count(" failed\n") == 20
    assert "(20 more, 15 of them failed; --summary FILE lists all)" in text


def test_long_batches_list_what_was_skipped_and_what_has_no_picture() -> None:
    rows = [row(n) for n in range(30)]
    rows[3] = row(3, status="SKIPPED")
    rows[5] = row(5, picture_error="x.png: the picture cannot be drawn: odd")
    lines = str(report(*rows)).splitlines()
    assert [line[:15] for line in lines[2:4]] == ["jw01075001003_0", "jw01075001005_0"]
    assert lines[4] == "    x.png: the picture cannot be drawn: odd"
    assert lines[-1].startswith("30 exposures: 30 done, 1 without a picture; ")


def test_picture_that_is_missing_is_in_the_exit_code_and_the_summary() -> None:
    found = report(row(0, picture_error="x.png: odd"))
    assert found.exit_code == 1
    assert found.to_json()["exposures"][0]["picture_error"] == "x.png: odd"


def test_exposures_that_stand_out_are_named() -> None:
    rows = [row(n, effects=effects(samples_saturated=10 + n % 2)) for n in range(7)]
    rows.append(row(7, effects=effects(samples_saturated=800)))
    text = str(report(*rows))
    assert "stands out: jw01075001007_03105_00007_nrca2_uncal.fits: saturated 80" in text
    assert text.count("stands out") == 1


@pytest.mark.parametrize(
    ("outcomes", "interrupted", "code"),
    [
        (["done", "up to date"], False, 0),
        (["done", "failed"], False, 1),
        (["done", "not run"], False, 1),
        (["done", "not run"], True, 130),
    ],
)
def test_exit_codes(outcomes: list[str], interrupted: bool, code: int) -> None:
    rows = [row(n, outcome) for n, outcome in enumerate(outcomes)]
    assert report(*rows, interrupted=interrupted).exit_code == code


def test_it_converts_to_an_astropy_table() -> None:
    table = report(row(0, seconds=2.0, peak=1000, effects=effects()), row(1, "failed")).to_table()
    assert table["seconds"].quantity.to_value("ms")[0] == 2000
    assert table["effect"][0] == LinearityStep().effect_of(COUNTS).line
    assert list(table["outcome"]) == ["done", "failed"]


def test_an_empty_report_converts_too() -> None:
    assert len(report().to_table()) == 0


def test_json_has_effects_and_no_nan(tmp_path: Path) -> None:
    write_summary(
        report(row(0, effects=effects(max_change=float("nan")))), str(tmp_path / "s.json")
    )
    said = json.loads((tmp_path / "s.json").read_text())
    assert said["exposures"][0]["effect"]["samples_corrected"] == 950
    assert said["exposures"][0]["effect"]["max_change"] is None
    assert said["counts"] == {"done": 1, "up to date": 0, "failed": 0, "not run": 0}


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
    assert str(report(*rows, seconds=0.0123)).splitlines()[-1] == f"{text}; 12.3 ms"


def test_names_that_are_no_text_are_written_all_the_same(tmp_path: Path) -> None:
    name = b"bad\xff.fits".decode("utf-8", "surrogateescape")
    failed = report(JobResult(0, name, FAILED, error=f"{name}: is cut"))
    str(failed).encode("utf-8")
    write_summary(failed, str(tmp_path / "s.json"))
    (row,) = json.loads((tmp_path / "s.json").read_text())["exposures"]
    assert row["input"] == r"bad\udcff.fits"


def test_a_summary_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="the folder does not exist"):
        write_summary(report(), str(tmp_path / "none" / "s.json"))
