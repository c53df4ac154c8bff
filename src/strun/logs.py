"""Logging of a run: where it goes, how much, and in which form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from strun.errors import ValidationError

if TYPE_CHECKING:
    import logging

FORMAT = "%(asctime)s - %(name)s - %(levelname)s - %(message)s"
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_WARNINGS = "py.warnings"
NAMES = ("jwst", "stpipe", "CRDS", _WARNINGS)
"""Loggers of the steps, the runner, CRDS and warnings."""

_active = 0


class _Lazy:
    """A logger that is made when it is first used: logging is imported by then, not for help."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:  # noqa: ANN401
        import logging

        return getattr(logging.getLogger(self._name), attribute)


def get_logger(name: str) -> logging.Logger:
    """Return a logger; the module logging is imported when it is first used."""
    return cast("logging.Logger", _Lazy(name))


class Target(NamedTuple):
    """
    Where a log goes: ``stdout``, ``stderr``, ``null``, ``file:<path>`` or ``append:<path>``.

    A level is one of `LEVELS` in any case, or a number, and the format in the words of the module
    logging. What goes to stdout and stderr may have a level of its own, `terminal`, and of each
    record `wanted` says whether it goes there.
    """

    level: str = "INFO"
    handlers: tuple[str, ...] = ("stderr",)
    format: str = FORMAT
    terminal: str | None = None
    wanted: Callable[[logging.LogRecord], bool] | None = None

    @property
    def shown(self) -> int:
        """The least level of what goes to stdout and stderr."""
        return _level(self.terminal or self.level)


def _level(text: str) -> int:
    import logging

    if text.strip().isdigit():
        return int(text)
    level = text.strip().upper()
    if level not in LEVELS:
        raise ValidationError(f"log level {text}: expected one of {', '.join(LEVELS)}")
    return int(getattr(logging, level))


@contextmanager
def _at_level(level: int, *names: str) -> Iterator[None]:
    """Let loggers have another level for a while."""
    import logging

    loggers = [logging.getLogger(name) for name in dict.fromkeys(names)]
    levels = [logger.level for logger in loggers]
    try:
        for logger in loggers:
            logger.setLevel(level)
        yield
    finally:
        for logger, old in zip(loggers, levels, strict=True):
            logger.setLevel(old)


def silent(*names: str) -> AbstractContextManager[None]:
    """Let loggers say nothing for a while."""
    import logging

    return _at_level(logging.CRITICAL + 1, *names)


@contextmanager
def applied(target: Target, *names: str) -> Iterator[None]:
    """
    Send the log of some loggers, or of steps, runner, CRDS and warnings, somewhere for a while.

    Python's warnings are logged when ``py.warnings`` is among the names. Raises ConfigError when a
    level, a stream or a file cannot be used.
    """
    import logging

    from strun.log_handlers import LogFormatter, Terminal, make_handler

    global _active
    level, names = _level(target.level), tuple(dict.fromkeys(names or NAMES))
    handlers = [make_handler(word) for word in target.handlers]
    for handler in handlers:
        handler.setFormatter(LogFormatter(target.format))
        handler.setLevel(target.shown if isinstance(handler, Terminal) else level)
        if isinstance(handler, Terminal) and target.wanted is not None:
            handler.addFilter(target.wanted)
    # nothing is put into words for nobody
    level = min((handler.level for handler in handlers), default=level)
    loggers = [logging.getLogger(name) for name in names]
    for logger in loggers:
        for handler in handlers:
            logger.addHandler(handler)
    warned = _WARNINGS in names
    if warned:
        logging.captureWarnings(True)
    _active += 1
    try:
        with _at_level(level, *names):
            yield
    finally:
        _active -= 1
        if warned:
            logging.captureWarnings(False)
        for logger in loggers:
            for handler in handlers:
                logger.removeHandler(handler)
        for handler in handlers:
            handler.close()


def is_applied() -> bool:
    """Return whether the log goes somewhere already."""
    return _active > 0


def names_of(cls: type[Any]) -> tuple[str, ...]:
    """Return the loggers of a step: the runner's, its own package's, and those that it names."""
    named = cls.get_stpipe_loggers()
    more = (named,) if isinstance(named, str) else tuple(named)
    return ("jwst", "stpipe", cls.__module__.partition(".")[0], *more)
