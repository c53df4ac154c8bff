"""The command run within this process, as a shell would run it: far faster than a start."""

from __future__ import annotations

import importlib
import io
import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from types import FrameType

import pytest

LIMIT = 300
"""Seconds after which a run counts as hung: a machine may be slow."""


def _hung(_: int, __: FrameType | None) -> None:
    raise RuntimeError(f"the run hangs: no end after {LIMIT} s")


@contextmanager
def guarded(words: Sequence[str], environment: Mapping[str, str | None]) -> Iterator[None]:
    """Bring back handlers, imported modules and paths; end a run that hangs."""
    numbers = (signal.SIGTERM, signal.SIGHUP, signal.SIGALRM)
    handlers = {number: signal.getsignal(number) for number in numbers}
    modules, path = set(sys.modules), list(sys.path)
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("CRDS_")]:
            patch.delenv(name)
        for name, value in environment.items():
            patch.delenv(name, raising=False) if value is None else patch.setenv(name, value)
        patch.setattr(sys, "argv", ["strun", *words])
        signal.signal(signal.SIGALRM, _hung)
        signal.alarm(LIMIT)
        try:
            yield
        finally:
            signal.alarm(0)
            for number, handler in handlers.items():
                signal.signal(number, handler)
            sys.path[:] = path
            for name in set(sys.modules) - modules:
                if not name.startswith(("jwst", "strun", "numpy", "astropy", "configobj", "crds")):
                    place = getattr(sys.modules[name], "__file__", None) or ""
                    if place.startswith(os.getcwd()):
                        del sys.modules[name]


def run_here(
    words: Sequence[str],
    environment: Mapping[str, str | None] | None = None,
    *,
    command: str = "strun",
) -> tuple[int, str, str]:
    """Run strun or quicklook; return its exit code and what it wrote to stdout and stderr."""
    from strun.cli.shell import run_command

    found = getattr(importlib.import_module(f"strun.cli.{command}"), command)

    out, err = io.StringIO(), io.StringIO()
    with guarded(words, environment or {}), redirect_stderr(err), redirect_stdout(out):
        code = run_command(found, command)
    return code, out.getvalue(), err.getvalue()
