from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
import pytest

from strun.cli.bar import Bar, rate, show_downloads
from strun.references import crds_download


class Screen(io.StringIO):
    """A terminal; `lines` is what a person sees on it."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True

    def lines(self) -> list[str]:
        seen = []
        for line in self.getvalue().split("\n"):
            shown = re.split(r"\r\x1b\[K|\r", line)[-1]
            seen.append(re.sub(r"\x1b\[\?25[lh]", "", shown).rstrip())
        return [line for line in seen if line]


@contextmanager
def terminal() -> Iterator[Screen]:
    """Let a terminal be standard error; capturing by pytest would undo it in a fixture."""
    with pytest.MonkeyPatch.context() as patch:
        screen = Screen()
        patch.setattr(sys, "stderr", screen)
        yield screen


def test_lines_appear_above_the_bar() -> None:
    with terminal() as screen, Bar(2) as bar:
        bar.advance(1)
        print("one", file=sys.stderr)
        click.echo("two", err=True)
        bar.advance(2)
    *lines, last = screen.lines()
    assert lines == ["one", "two"]
    assert last.startswith("strun  [####")
    assert "2/2" in last


def test_line_that_is_not_whole_waits() -> None:
    with terminal() as screen, Bar(1) as bar:
        sys.stderr.write("one ")
        bar.advance(1)
        sys.stderr.write("line\nrest")
    assert [line for line in screen.lines() if "strun" not in line] == ["one line", "rest"]


def test_stderr_is_as_before_when_it_is_over() -> None:
    with terminal() as screen:
        with pytest.raises(KeyError, match="x"), Bar(1):
            raise KeyError("x")
        assert sys.stderr is screen


@pytest.mark.parametrize(
    ("seconds", "done", "text"),
    [(2.0, 50, "25.0/s"), (120.0, 3, "1.5/min"), (1.0, 1, "1.0/s"), (0.0, 1, "")],
)
def test_a_rate_is_of_seconds_or_minutes(seconds: float, done: int, text: str) -> None:
    assert rate(done, seconds) == text


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def watching(monkeypatch: pytest.MonkeyPatch) -> list[crds_download.Progress]:
    """Return who is told of downloads; nobody at first."""
    told: list[crds_download.Progress] = []
    monkeypatch.setattr(crds_download, "_progress", told)
    monkeypatch.setenv("CRDS_SERVER_URL", "http://127.0.0.1:9")
    return told


def test_bar_names_the_file_and_ends_full(
    watching: list[crds_download.Progress], monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    show_downloads(quiet=False)
    for come in (10, 55, 100):
        watching[0]("jwst_miri_mask_0001.fits", come, 100)
    assert "jwst_miri_mask_0001.fits" in screen.getvalue()
    assert "100%" in screen.getvalue()


def test_nothing_is_drawn_where_nobody_looks(
    watching: list[crds_download.Progress], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr", io.StringIO())
    show_downloads(quiet=False)
    assert watching == []


def test_quiet_draws_nothing(
    watching: list[crds_download.Progress], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr", Terminal())
    show_downloads(quiet=True)
    assert watching == []


def test_without_a_server_nothing_is_drawn(
    watching: list[crds_download.Progress], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr", Terminal())
    monkeypatch.delenv("CRDS_SERVER_URL")
    show_downloads(quiet=False)
    assert watching == []
