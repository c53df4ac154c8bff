"""The log of a worker as data: collected there, and logged again where the user is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from jwst.batch.jobs import LogLine

__all__ = ["collected", "log_level", "say_again"]


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

    from jwst.stpipe.logs import Target, applied

    lines: list[LogLine] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append((record.created, record.name, record.levelno, record.getMessage()))

    with applied(Target(str(level), ("null",)), *names):
        collector = Collector()
        loggers = [logging.getLogger(name) for name in ("jwst", "stpipe", "CRDS", "py.warnings")]
        loggers += [logging.getLogger(name) for name in names if name != "jwst"]
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
        record.created = created
        logger.handle(record)
