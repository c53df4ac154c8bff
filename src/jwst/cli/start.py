"""Entry points of the commands: a signal that comes while they load ends them in one line too."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

__all__ = ["ENDING", "collect_pipeline_cfgs", "quicklook", "strun"]

ENDING: dict[int, str] = {
    signal.SIGINT: "interrupted",
    signal.SIGTERM: "terminated",
    signal.SIGHUP: "the terminal was closed",
}
"""Signals by which a terminal, a scheduler or a user ends a process, and what is said then."""


def _guard(name: str) -> None:
    """End at once on a signal, outside of the run: there is nothing to clean up."""

    def end(number: int, _: FrameType | None) -> None:
        with suppress(OSError):
            os.write(2, f"{name}: error: {ENDING[number]}\n".encode())
        os._exit(128 + number)

    for number in ENDING:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, end)


def _run(main: Callable[[], None]) -> None:
    """
    Run a command, and end without taking apart every module that was loaded.

    That would take a sixth of the time of a small exposure, for memory that is given back anyway.
    """
    try:
        main()
    except SystemExit as end:
        if isinstance(end.code, int) and _is_quiet():
            os._exit(end.code)
        raise


def _is_quiet() -> bool:
    """Do what is left to do at the end; return whether nothing of it is under way."""
    import threading

    if threading.active_count() > 1:
        return False
    atexit._run_exitfuncs()
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except (OSError, ValueError):
        # the interpreter says it, as it always does
        return False
    return True


def strun() -> None:
    """Run the command ``strun``."""
    _guard("strun")
    # what is made while modules load stays, and would be looked through for nothing; runs that
    # may leave garbage enable it again
    gc.disable()
    from jwst.cli.strun import main

    _run(main)


def collect_pipeline_cfgs() -> None:
    """Run the command ``collect_pipeline_cfgs``."""
    _guard("collect_pipeline_cfgs")
    from jwst.cli.collect_pipeline_cfgs import main

    _run(main)


def quicklook() -> None:
    """Run the command ``quicklook``."""
    _guard("quicklook")
    from jwst.cli.quicklook import main

    _run(main)
