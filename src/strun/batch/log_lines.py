"""The log of a worker as data: collected there, and logged again where the user is."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from strun.batch.jobs import LogLine
from strun.logs import NAMES


class LogCollector(logging.Handler):
    """
    Collects the log of a process that is not the user's, one job after the other.

    Where jobs run in several threads, each thread has the lines of its own.
    """

    def __init__(self, *, by_thread: bool = False) -> None:
        super().__init__()
        self._job: Any = threading.local() if by_thread else SimpleNamespace()

    def attach(self, names: Sequence[str], level: int) -> None:
        """Collect from these loggers, and those of steps, runner, CRDS and warnings."""
        for name in {*NAMES, *names}:
            logging.getLogger(name).addHandler(self)
            logging.getLogger(name).setLevel(level)

    def begin(self) -> list[LogLine]:
        """Return the list into which the lines of the next job will come."""
        self._job.lines = []
        return self._job.lines  # type: ignore[no-any-return]

    def emit(self, record: logging.LogRecord) -> None:
        """Add a line; what is logged outside of a job is left out."""
        lines: list[LogLine] | None = getattr(self._job, "lines", None)
        if lines is not None:
            lines.append((record.created, record.name, record.levelno, record.getMessage()))


def log_level() -> int:
    """Return the least level of log lines that are wanted."""
    return logging.getLogger("jwst").getEffectiveLevel()


def log_again(lines: Sequence[LogLine]) -> None:
    """Log what a worker would have logged."""
    for created, name, level, text in lines:
        logger = logging.getLogger(name)
        record = logger.makeRecord(name, level, "", 0, text, (), None)
        record.created, record.msecs = created, int(created % 1 * 1000)
        logger.handle(record)
