"""A bar for what CRDS downloads, on a terminal."""

from __future__ import annotations

import os
import sys
from typing import Any

import click


class _Bars:
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

        watch(_Bars(sys.stderr))
