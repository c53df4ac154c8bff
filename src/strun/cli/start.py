"""Entry points of the commands: how one begins, before its modules load, and how it ends."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from typing import TYPE_CHECKING

from strun.cli.signals import exit_on_signals
from strun.installation import conflict, version_line
from strun.streams import lost_output, make_lossy

if TYPE_CHECKING:
    import click


def _begin(name: str) -> None:
    """Refuse to run among files of another package; end at once on a signal until the run."""
    found = conflict()
    if found:
        if "--version" in sys.argv[1:]:
            from importlib.metadata import version

            print(version_line(version("strun")))
        sys.exit(f"{name}: error: {found}")
    exit_on_signals(name)


def _run(name: str, command: click.Command) -> None:
    """
    Run a command, and end without taking apart every module that was loaded.

    That would take a sixth of the time of a small exposure, for memory that is given back anyway.
    """
    import threading

    from strun.cli.shell import run_command

    make_lossy()
    code = run_command(command, name)
    if threading.active_count() == 1:
        atexit._run_exitfuncs()
        os._exit(_flushed(name, code))
    # threads may still print, but the exit code is settled
    sys.exit(_flushed(name, code))


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


def strun() -> None:
    """Run the command ``strun``."""
    _begin("strun")
    # what is made while modules load stays, and would be looked through for nothing; runs that
    # may leave garbage enable it again
    gc.disable()
    from strun.cli.strun import strun as command

    _run("strun", command)


def collect_pipeline_cfgs() -> None:
    """Run the command ``collect_pipeline_cfgs``."""
    _begin("collect_pipeline_cfgs")
    from strun.cli.collect_pipeline_cfgs import collect_pipeline_cfgs as command

    _run("collect_pipeline_cfgs", command)


def quicklook() -> None:
    """Run the command ``quicklook``."""
    _begin("quicklook")
    from strun.cli.quicklook import quicklook as command

    _run("quicklook", command)
