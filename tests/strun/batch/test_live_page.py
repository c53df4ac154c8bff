"""The page of a batch while it runs."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from batch_helpers import STRUN, until
from batch_steps import GateStep, OddStep

import jwst.batch
from strun.batch.page import RUNNING, Progress, page
from strun.batch.report import Report
from strun.errors import ValidationError

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "chrome"))), None)


def _state(path: str | Path = "page.html") -> str:
    text = Path(path).read_text()
    return text.partition('data-state="')[2].partition('"')[0]


def test_page_says_what_is_running_and_in_the_end_what_was_done(
    three: list[Path], with_steps: None
) -> None:
    words = ["batch_steps.GateStep", "--only=b", *three, "--report=page.html", "-j2"]
    with subprocess.Popen([STRUN, *map(str, words)], stderr=subprocess.DEVNULL) as running:
        kept = Path("page.html")
        until(lambda: kept.exists() and "2 done" in kept.read_text(), "two exposures")
        text = kept.read_text()
        assert _state() == "running"
        assert "1 running" in text
        assert "http-equiv" in text
        Path("gate").touch()
    assert running.returncode == 0
    assert _state() == "finished"
    assert "3 of 3 done" in kept.read_text()
    assert "http-equiv" not in kept.read_text()


@pytest.mark.parametrize("jobs", [1, 2])
def test_page_of_a_call_in_python_has_its_failures(three: list[Path], jobs: int) -> None:
    report = jwst.batch.run(OddStep(), three, jobs=jobs, report="page.html")
    text = Path("page.html").read_text()
    assert report.counts["failed"] == 1
    assert "2 of 3 done, 1 failed" in text
    assert "no way" in text
    assert _state() == "finished"


def test_exposures_that_are_up_to_date_are_in_the_page(three: list[Path], mask: Path) -> None:
    words = [STRUN, "dq_init", *three, "--override_mask=mask.fits", "--report=page.html"]
    for _ in range(2):
        subprocess.run([*words, "--resume"], check=True, capture_output=True)
    assert "3 up to date" in Path("page.html").read_text()


def test_an_interrupted_batch_says_so(three: list[Path]) -> None:
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        jwst.batch.run(OddStep(), three, report="page.html", heard=interrupt)
    assert _state() == "interrupted"


def test_a_batch_that_cannot_go_on_says_why(three: list[Path]) -> None:
    Path("strun-journal.jsonl").mkdir()
    with pytest.raises(OSError, match="journal cannot be written"):
        jwst.batch.run(OddStep(), three, report="page.html")
    assert _state().startswith("failed: ")


def test_a_page_that_cannot_be_written_is_told_once_and_the_batch_goes_on(
    three: list[Path], caplog: pytest.LogCaptureFixture
) -> None:
    Path("web").mkdir()

    def remove(_: object) -> None:
        shutil.rmtree("web", ignore_errors=True)

    report = jwst.batch.run(GateStep(only="none"), three, report="web/page.html", heard=remove)
    assert report.counts["done"] == 3
    (told,) = [record for record in caplog.records if "--report" in record.message]
    assert "web/page.html" in told.message
    assert told.message.endswith("the batch goes on")


@pytest.mark.parametrize("target", ["a_uncal.fits", "list"])
def test_a_page_in_the_place_of_what_is_read_is_refused(three: list[Path], target: str) -> None:
    Path("list").write_text("a_uncal.fits\n")
    before = Path(target).read_bytes()
    with pytest.raises(ValidationError, match=r"report .*: is (a list of|one of the) inputs"):
        jwst.batch.run(OddStep(), "@list", report=target)
    assert Path(target).read_bytes() == before


def test_a_page_takes_the_place_of_no_other_target(three: list[Path]) -> None:
    with pytest.raises(ValidationError, match=r"report x: is the target of summary"):
        jwst.batch.run(OddStep(), three, report="x", summary="x")


def test_a_page_in_the_folder_of_products_needs_no_folder_before(
    three: list[Path], mask: Path
) -> None:
    words = [STRUN, "dq_init", "a_uncal.fits", "--override_mask=mask.fits", "--output_dir=new"]
    subprocess.run([*words, "--report=new/page.html"], check=True, capture_output=True)
    assert _state("new/page.html") == "finished"


def _shown(place: str = "") -> str:
    """Return what a browser makes of the page, its script included."""
    if BROWSER is None:
        pytest.skip("needs Chromium")
    options = ["--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={os.getcwd()}"]
    address = f"{Path('page.html').absolute().as_uri()}{place}"
    words = [BROWSER, *options, "--virtual-time-budget=1000", "--dump-dom", address]
    return subprocess.run(words, capture_output=True, text=True, check=True, timeout=60).stdout


def test_a_browser_sorts_the_table_by_the_column_that_is_asked_for(three: list[Path]) -> None:
    jwst.batch.run(OddStep(), three, report="page.html")
    text = _shown("#input-down")
    found = [text.index(f"/{name}_uncal.fits</th>") for name in "abc"]
    assert found == sorted(found, reverse=True)


@pytest.mark.parametrize(("age", "hidden"), [(5, True), (500, False)])
def test_a_browser_says_when_a_running_batch_has_not_been_heard_of(
    folder: Path, age: int, hidden: bool
) -> None:
    text = page(Report("x", []), Progress(RUNNING), "page.html")
    written = text.partition('data-written="')[2].partition('"')[0]
    Path("page.html").write_text(text.replace(written, str(int(written) - age)))
    assert ('id="stale" hidden' in _shown()) == hidden
