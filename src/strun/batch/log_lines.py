"""The log of a worker as data: collected there, and logged again where the user is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from strun.batch.jobs import LogLine

if TYPE_CHECKING:
    import logging

__all__ = ["collected", "line_of", "log_level", "say_again"]


def line_of(record: logging.LogRecord) -> LogLine:
    """Return a line of the log as data."""
    return record.created, record.name, record.levelno, record.getMessage()


@contextmanager
def collected(names: tuple[str, ...], level: int) -> Iterator[list[LogLine]]:
    """
    Collect the log in place of writing it, in a process that is not the user's.

    Parameters
    ----------
    names : tuple of str
        Loggers besides those of steps, runner, CRDS and warnings.
    level : int
        The least level.

    Yields
    ------
    list of tuple
        Lines; see `LogLine`. It may be emptied.
    """
    import logging

    from strun.logs import NAMES, Target, applied

    lines: list[LogLine] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(line_of(record))

    with applied(Target(str(level), ("null",)), *NAMES, *names):
        collector = Collector()
        loggers = [logging.getLogger(name) for name in {*NAMES, *names}]
        for logger in loggers:
            logger.addHandler(collector)
        try:
            yield lines
        finally:
            for logger in loggers:
                logger.removeHandler(collector)


def log_level() -> int:
    """Return the least level of log lines that are wanted."""
    import logging

    return logging.getLogger("jwst").getEffectiveLevel()


def say_again(lines: Sequence[LogLine]) -> None:
    """Log what a worker would have logged."""
    import logging

    for created, name, level, text in lines:
        logger = logging.getLogger(name)
        record = logger.makeRecord(name, level, "", 0, text, (), None)
        record.created, record.msecs = created, int(created % 1 * 1000)
        logger.handle(record)
