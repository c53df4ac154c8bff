"""The page of a batch, as a browser reads it."""

from __future__ import annotations

import os
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from strun.batch.jobs import DONE, FAILED, NOT_RUN, UP_TO_DATE, JobResult
from strun.batch.page import FINISHED, RUNNING, Progress, page
from strun.batch.report import Report
from strun.effects.effect import Effect

VOID = {"meta", "img", "br"}
FLAGGED = Effect({"fraction_flagged": 0.1}, "10 of 100 pixels flagged (10 %)", "10 % flagged")
RATES = Effect({"fraction_lost": 0.2}, "20 of 100 pixels without a rate", "20 % without a rate")


class Page(HTMLParser):
    """A page: elements with their attributes, the text of each kind, and whether all are closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.open: list[str] = []
        assert text.startswith("<!DOCTYPE html>\n<html")
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.setdefault(self.open[-1], []).append(data)

    def attributes(self, tag: str, name: str) -> list[str]:
        """Return an attribute of all elements of a kind that have it."""
        return [str(attrs[name]) for kind, attrs in self.elements if kind == tag and name in attrs]


def of(*results: JobResult, progress: Progress | None = None, path: str = "page.html") -> Page:
    """Return the page of some results."""
    report = Report("jwst.dq_init.DQInitStep", results, seconds=12.0, workers=2)
    return Page(page(report, progress or Progress(FINISHED), path))


def test_running_exposures_and_those_to_come_are_told_apart() -> None:
    results = [JobResult(number, f"{number}.fits", NOT_RUN) for number in range(3)]
    results[0] = JobResult(0, "0.fits", DONE, status="COMPLETE", worker="w")
    shown = of(*results, progress=Progress(RUNNING, frozenset({1}), left=130.0))
    assert shown.texts["li"] == ["1 done", "1 running", "1 to come"]
    assert shown.texts["title"] == ["DQInitStep: 1 of 3 done"]
    assert "about 2 min 10 s left" in shown.texts["p"][1]


def test_page_is_read_again_while_the_batch_runs_and_not_after() -> None:
    again = [attrs for _, attrs in of(progress=Progress(RUNNING)).elements if "http-equiv" in attrs]
    assert [attrs["http-equiv"] for attrs in again] == ["refresh"]
    assert not any("http-equiv" in attrs for _, attrs in of().elements)


def test_outcomes_are_counted() -> None:
    results = [
        JobResult(0, "a.fits", DONE, status="SKIPPED"),
        JobResult(1, "b.fits", UP_TO_DATE),
        JobResult(2, "c.fits", FAILED, error="c.fits: no"),
        JobResult(3, "d.fits", NOT_RUN),
    ]
    shown = of(*results, progress=Progress("interrupted"))
    assert shown.texts["li"] == ["1 done", "1 up to date", "1 failed", "1 not run"]
    assert shown.texts["span"] == ["skipped", "up to date", "failed", "not run"]
    assert shown.texts["p"][0] == "interrupted"


def test_errors_stand_in_full() -> None:
    error = "c.fits: " + "a long story " * 30
    shown = of(
        JobResult(0, "c.fits", FAILED, error=error),
        JobResult(1, "d.fits", DONE, picture_error="no colours"),
    )
    assert shown.texts["pre"] == [error, "no colours"]


ODD = ["Gräte.fits", "<script>alert(1)</script>.fits", '"&quot;\n.fits', "\udce4\x1b[1m.fits"]


@pytest.mark.parametrize("name", ODD)
def test_odd_names_are_text_and_links_lead_to_the_files(name: str) -> None:
    shown = of(JobResult(0, name, DONE, product=f"out/{name}"), path="page.html")
    assert shown.elements.count(("script", {})) == 1
    (link,) = [each for each in shown.attributes("a", "href") if not each.startswith("#")]
    assert unquote(link, errors="surrogateescape") == f"out/{name}"
    assert link.isascii()
    (told,) = [text for text in shown.texts["th"] if "fits" in text]
    assert told == "".join(c if c.isprintable() else ascii(c)[1:-1] for c in name)


def test_links_are_counted_from_the_folder_of_the_page(folder: Path) -> None:
    result = JobResult(0, "a", DONE, product="out/a_rate.fits", beside=("out/a_rateints.fits",))
    shown = of(result, path="out/page.html")
    assert {"a_rate.fits", "a_rateints.fits"} <= set(shown.attributes("a", "href"))
    assert "../out/a_rate.fits" in of(result, path="web/page.html").attributes("a", "href")


def test_a_colon_in_a_name_begins_no_scheme(folder: Path) -> None:
    shown = of(JobResult(0, "a", DONE, product="javascript:alert(1)"))
    assert "javascript%3Aalert%281%29" in shown.attributes("a", "href")


def test_pictures_stand_where_they_were_drawn(folder: Path) -> None:
    for name in ("a.fits", "a.png", "b.fits", "c.fits", "c.png"):
        Path(name).touch()
    # drawn of an older product
    os.utime("c.png", (1, 1))
    rows = [JobResult(n, each, DONE, product=f"{each}.fits") for n, each in enumerate("abc")]
    shown = of(*rows)
    assert shown.attributes("img", "src") == ["a.png"]
    assert shown.attributes("img", "alt") == ["Picture of a.fits"]


def test_without_pictures_there_is_no_column_for_them() -> None:
    heads = ["input", "result", "time", "peak", "effect", "product"]
    links = [link for link in of().attributes("a", "href") if link.startswith("#")]
    assert links == [f"#{head}" for head in heads]


def test_effects_of_the_steps_stand_behind_that_of_the_last() -> None:
    effects = {"dq_init": FLAGGED, "ramp_fit": RATES}
    shown = of(JobResult(0, "a", DONE, effects=effects))
    assert shown.texts["summary"] == ["20 % without a rate"]
    assert shown.texts["dt"] == ["dq_init", "ramp_fit"]
    assert shown.texts["dd"] == [FLAGGED.line, RATES.line]


def test_exposures_that_stand_out_are_named_and_marked() -> None:
    shares = [0.1, 0.1, 0.101, 0.1, 0.9]
    rows = [
        JobResult(n, f"{n}", DONE, effects={"x": Effect({"fraction_hot": share}, "", "")})
        for n, share in enumerate(shares)
    ]
    shown = of(*rows)
    assert shown.texts["h2"] == ["Stand out"]
    assert any(text.startswith("4: hot 90 %") for text in shown.texts["li"])
    assert shown.attributes("tr", "class") == ["odd"]


def test_parameters_stand_with_their_origin() -> None:
    said = (("override_mask", "<m>.fits", "command line"),)
    shown = of(progress=Progress(FINISHED, parameters=said))
    assert (shown.texts["dt"], shown.texts["small"]) == (["override_mask"], ["command line"])
    assert shown.texts["dd"] == ["<m>.fits "]


def test_nothing_is_loaded_from_elsewhere() -> None:
    shown = of(JobResult(0, "a.fits", DONE, product="a.fits"))
    named = [*shown.attributes("a", "href"), *shown.attributes("img", "src")]
    assert not [each for each in named if "//" in each]
    assert not shown.attributes("link", "href")
    assert not shown.attributes("script", "src")
