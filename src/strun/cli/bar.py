"""Progress bars: of a batch, as the last line of a terminal, and of downloads."""

from __future__ import annotations

import io
import os
import sys
import time
from typing import Any, TextIO, cast

import click

_CLEAR_LINE = "\r\x1b[K"


def rate(done: int, seconds: float) -> str:
    """Return how many exposures were done in a second or a minute."""
    if seconds <= 0:
        return ""
    each = done / seconds
    return f"{each:.1f}/s" if each >= 1 else f"{60 * each:.1f}/min"


class _Line:
    """The terminal, for a bar to be drawn on; what was drawn last is kept."""

    def __init__(self, terminal: TextIO) -> None:
        self._terminal = terminal
        self.drawn = ""

    def write(self, text: str) -> None:
        self.drawn = text
        self._terminal.write(text)

    def flush(self) -> None:
        self._terminal.flush()

    def isatty(self) -> bool:
        return True


class Bar(io.TextIOBase):
    """A progress bar in the place of standard error; what is written appears above it."""

    def __init__(self, count: int) -> None:
        self._terminal = sys.stderr
        self._line = _Line(self._terminal)
        self._unfinished = ""
        began = time.monotonic()
        self._bar: Any = click.progressbar(
            length=count,
            label="strun",
            file=cast(TextIO, self._line),
            show_pos=True,
            item_show_func=lambda done: rate(int(done), time.monotonic() - began) if done else None,
        )

    def __enter__(self) -> Bar:
        sys.stderr = self
        self._bar.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        sys.stderr = self._terminal
        self._bar.__exit__(*error)
        self._terminal.write(self._unfinished)

    def advance(self, number: int) -> None:
        """Draw it with another exposure done, the last of so many."""
        self._bar.update(1, number)

    def write(self, text: str, /) -> int:
        """Write whole lines above the bar; what is no whole line yet waits."""
        lines, newline, self._unfinished = (self._unfinished + text).rpartition("\n")
        if newline:
            self._terminal.write(f"{_CLEAR_LINE}{lines}\n{self._line.drawn}")
            self._terminal.flush()
        return len(text)

    def isatty(self) -> bool:
        """Return whether this is a terminal: it is."""
        return True

    def fileno(self) -> int:
        """Return the descriptor of the terminal."""
        return self._terminal.fileno()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding of the terminal."""
        return self._terminal.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        """What the terminal does with what it cannot show."""
        return self._terminal.errors


class _DownloadBars:
    """Draws a bar for one file after the other."""

    def __init__(self, stream: Any) -> None:  # noqa: ANN401
        # crds is kept quiet by taking stderr away while it works
        self._stream = stream
        self._name = ""
        self._bar: Any = None

    def __call__(self, name: str, come: int, size: int) -> None:
        if name != self._name:
            self._name = name
            self._bar = click.progressbar(length=size, label=name, file=self._stream)
            self._bar.__enter__()
        self._bar.update(come - self._bar.pos)
        if come >= size:
            self._bar.__exit__(None, None, None)
            self._name = ""


def show_downloads(*, quiet: bool) -> None:
    """Draw bars of downloads when somebody is there to see them, and there is a server."""
    if quiet or not os.environ.get("CRDS_SERVER_URL"):
        return
    if sys.stderr is not None and sys.stderr.isatty():
        from strun.references.crds_download import watch

        watch(_DownloadBars(sys.stderr))
