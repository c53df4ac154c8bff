from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
import pytest

from strun.cli.bar import Bar, Rate


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
    moments = iter([100.0, 100.0 + seconds])
    assert Rate(lambda: next(moments)).text(done) == text
