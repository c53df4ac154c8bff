"""Logging of a run: where it goes, how much, and in which form."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from jwst.errors import ConfigError, OutputError, ValidationError

if TYPE_CHECKING:
    import logging

    from jwst.stpipe.configurable import Configurable

__all__ = [
    "NAMES",
    "Target",
    "applied",
    "configure",
    "during_call",
    "from_file",
    "get_logger",
    "names_of",
    "silent",
]

FORMAT = "%(asctime)s - %(name)s - %(levelname)s - %(message)s"
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_WARNINGS = "py.warnings"
NAMES = ("jwst", "stpipe", "CRDS", _WARNINGS)
"""Loggers of the steps, the runner, CRDS and warnings."""

_STREAMS = ("stdout", "stderr", "null")
# files that stpipe looks for when no configuration is named
_USUAL = ("stpipe-log.cfg", "~/.stpipe-log.cfg", "/etc/stpipe-log.cfg")
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
    Where a log goes.

    Attributes
    ----------
    level : str
        DEBUG, INFO, WARNING, ERROR, CRITICAL in any case, or a number.
    handlers : tuple of str
        Each of them ``stdout``, ``stderr``, ``null``, ``file:<path>`` or ``append:<path>``.
    format : str
        In the words of the module logging.
    """

    level: str = "INFO"
    handlers: tuple[str, ...] = ("stderr",)
    format: str = FORMAT


def from_file(path: str) -> Target:
    """
    Read a logging configuration: a section ``[*]`` with level, handler and format.

    Raises
    ------
    ConfigError
        When it cannot be read.
    """
    from jwst.stpipe.config import read

    said = read(path).parameters
    section = next((value for value in said.values() if isinstance(value, dict)), said)
    handlers = section.get("handler", "stderr")
    handlers = [handlers] if isinstance(handlers, str) else handlers
    return Target(
        str(section.get("level", "INFO")),
        tuple(each.strip() for each in handlers),
        str(section.get("format", FORMAT)),
    )


def _level(text: str) -> int:
    import logging

    if text.strip().isdigit():
        return int(text)
    level = text.strip().upper()
    if level not in LEVELS:
        raise ValidationError(f"log level {text}: expected one of {', '.join(LEVELS)}")
    return int(getattr(logging, level))


def _handler(word: str) -> logging.Handler:
    import logging

    class Stream(logging.StreamHandler[Any]):
        """Does not mind when nobody reads any more."""

        def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
            if not isinstance(sys.exc_info()[1], BrokenPipeError):
                super().handleError(record)

    if word == "null":
        return logging.NullHandler()
    if word in _STREAMS:
        return Stream(sys.stdout if word == "stdout" else sys.stderr)
    kind, colon, path = word.partition(":")
    if not colon or kind not in ("file", "append"):
        raise ConfigError(
            f"log stream {word}: expected {', '.join(_STREAMS)}, file:<path> or append:<path>"
        )
    from jwst.blockio.atomic import refuse_data

    path = os.path.abspath(os.path.expanduser(path))
    try:
        refuse_data(path)
        return logging.FileHandler(path, "w" if kind == "file" else "a", encoding="utf-8")
    except OutputError:
        raise
    except OSError as err:
        raise ConfigError(f"{path}: the log cannot be written: {err.strerror}") from err


def _formatter(text: str) -> logging.Formatter:
    import logging

    class Lines(logging.Formatter):
        """Lets no file name look like another line of the log, or speak to the terminal."""

        def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
            message = super().formatMessage(record).replace("\n", "\n    ")
            # ascii(): bytes that are no text, in the name of a file, cannot be written either
            shown = (c if c.isprintable() or c in "\n\t" else ascii(c)[1:-1] for c in message)
            return "".join(shown)

    return Lines(text)


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
    Send the log somewhere for a while.

    Parameters
    ----------
    target : Target
        Where.
    *names : str
        Loggers; those of steps, runner, CRDS and warnings when none is named. Python's warnings
        are logged when ``py.warnings`` is among them.

    Raises
    ------
    ConfigError
        When a level, a stream or a file cannot be used.
    """
    import logging

    global _active
    level, names = _level(target.level), tuple(dict.fromkeys(names or NAMES))
    handlers = [_handler(word) for word in target.handlers]
    for handler in handlers:
        handler.setFormatter(_formatter(target.format))
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


def configure(
    level: str | None = None,
    *,
    log_file: str | None = None,
    log_stream: str | None = None,
    logcfg: str | None = None,
) -> Target:
    """
    Choose where the log goes, from what a user said.

    Parameters
    ----------
    level : str, optional
        INFO when None.
    log_file : str, optional
        Also append it to this file.
    log_stream : str, optional
        stdout, stderr (when None) or null.
    logcfg : str, optional
        A configuration file; it counts when nothing else is said.

    Raises
    ------
    ConfigError
        When the configuration file cannot be read.
    """
    if level is None and log_file is None and log_stream is None:
        usual = (os.path.expanduser(path) for path in _USUAL)
        path = logcfg or next((p for p in usual if os.path.isfile(p)), None)
        return from_file(path) if path is not None else Target()
    if log_stream is not None and log_stream not in _STREAMS:
        raise ValidationError(f"log stream {log_stream}: expected one of {', '.join(_STREAMS)}")
    files = (f"append:{log_file}",) if log_file is not None else ()
    return Target(level or "INFO", (log_stream or "stderr", *files))


def names_of(cls: type[Configurable]) -> tuple[str, ...]:
    """Return the loggers of a step: the runner's, its own package's, and those that it names."""
    named = cls.get_stpipe_loggers()
    more = (named,) if isinstance(named, str) else tuple(named)
    return ("jwst", "stpipe", cls.__module__.partition(".")[0], *more)


@contextmanager
def during_call(
    cls: type[Configurable], *, logcfg: str | None = None, wanted: bool = True
) -> Iterator[None]:
    """Send the log to where a Python user expects it while a step runs, unless it goes already."""
    if logcfg is None and (_active or not wanted):
        yield
        return
    with applied(configure(logcfg=logcfg), *names_of(cls)):
        yield
