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

from strun.installation import conflict, import_folder
from strun.streams import lost_output, make_lossy

__all__ = ["ENDING", "collect_pipeline_cfgs", "quicklook", "strun"]

ENDING: dict[int, str] = {
    signal.SIGINT: "interrupted",
    signal.SIGTERM: "terminated",
    signal.SIGHUP: "the terminal was closed",
}
"""Signals by which a terminal, a scheduler or a user ends a process, and what is said then."""


def _begin(name: str) -> None:
    """Refuse to run among files of another package; end at once on a signal until the run."""
    _require_alone(name)
    _guard(name)


def _require_alone(name: str) -> None:
    found = conflict()
    if found:
        if "--version" in sys.argv[1:]:
            from importlib.metadata import version

            print(f"strun {version('strun')} (import package jwst in {import_folder()})")
        sys.exit(f"{name}: error: {found}")


def _guard(name: str) -> None:
    """End at once on a signal, outside of the run: there is nothing to clean up."""

    def end(number: int, _: FrameType | None) -> None:
        with suppress(OSError):
            os.write(2, f"{name}: error: {ENDING[number]}\n".encode())
        os._exit(128 + number)

    for number in ENDING:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, end)


def _run(name: str, main: Callable[[], None]) -> None:
    """
    Run a command, and end without taking apart every module that was loaded.

    That would take a sixth of the time of a small exposure, for memory that is given back anyway.
    """
    make_lossy()
    try:
        main()
    except SystemExit as end:
        if not isinstance(end.code, int):
            raise
        if _is_quiet():
            os._exit(_flushed(name, end.code))
        # threads may still print, but the exit code is settled
        raise SystemExit(_flushed(name, end.code)) from None


def _flushed(name: str, code: int) -> int:
    """Write out what was printed, say when that cannot be, and return the exit code."""
    lost, failed = lost_output()
    if lost is None or code:
        return code
    if not isinstance(lost, BrokenPipeError):
        # a reader that has gone knows what it has not read
        word = "error" if failed else "warning"
        print(f"{name}: {word}: standard output was lost: {lost.strerror}", file=sys.stderr)
    return int(failed)


def _is_quiet() -> bool:
    """Do what is left to do at the end; return whether no other thread is under way."""
    import threading

    if threading.active_count() > 1:
        return False
    atexit._run_exitfuncs()
    return True


def strun() -> None:
    """Run the command ``strun``."""
    _begin("strun")
    # what is made while modules load stays, and would be looked through for nothing; runs that
    # may leave garbage enable it again
    gc.disable()
    from strun.cli.strun import main

    _run("strun", main)


def collect_pipeline_cfgs() -> None:
    """Run the command ``collect_pipeline_cfgs``."""
    _begin("collect_pipeline_cfgs")
    from strun.cli.collect_pipeline_cfgs import main

    _run("collect_pipeline_cfgs", main)


def quicklook() -> None:
    """Run the command ``quicklook``."""
    _begin("quicklook")
    from strun.cli.quicklook import main

    _run("quicklook", main)
