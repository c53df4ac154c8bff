"""Entry points of the commands: a signal that comes while they load ends them in one line too."""

from __future__ import annotations

import os
import signal
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


def strun() -> None:
    """Run the command ``strun``."""
    _guard("strun")
    from jwst.cli.strun import main

    main()


def collect_pipeline_cfgs() -> None:
    """Run the command ``collect_pipeline_cfgs``."""
    _guard("collect_pipeline_cfgs")
    from jwst.cli.collect_pipeline_cfgs import main

    main()


def quicklook() -> None:
    """Run the command ``quicklook``."""
    _guard("quicklook")
    from jwst.cli.quicklook import main

    main()
