"""Logging of a run: where it goes, how much, and in which form."""

from __future__ import annotations

import logging
import os
import sys

from jwst.errors import ConfigError

__all__ = ["configure"]

FORMAT = "%(asctime)s - %(name)s - %(levelname)s - %(message)s"
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_NAMES = ("jwst", "stpipe")
_STREAMS = {"stdout", "stderr", "null"}


def _handler(log_file: str | None, log_stream: str) -> logging.Handler:
    if log_stream not in _STREAMS:
        raise ConfigError(f"--log-stream {log_stream}: expected stdout, stderr or null")
    if log_file is None:
        if log_stream == "null":
            return logging.NullHandler()
        return logging.StreamHandler(sys.stdout if log_stream == "stdout" else sys.stderr)
    try:
        return logging.FileHandler(os.path.expanduser(log_file), encoding="utf-8")
    except OSError as err:
        raise ConfigError(f"{log_file}: the log cannot be written: {err.strerror}") from err


def configure(
    level: str = "INFO",
    *,
    log_file: str | None = None,
    log_stream: str = "stderr",
    logcfg: str | None = None,
) -> None:
    """
    Send the log of steps (``jwst``) and of the runner (``stpipe``) somewhere.

    Parameters
    ----------
    level : str
        DEBUG, INFO, WARNING, ERROR or CRITICAL, in any case.
    log_file : str, optional
        Append to this file.
    log_stream : str, optional
        Otherwise stdout, stderr or null.
    logcfg : str, optional
        A file with one section ``[*]`` of ``level`` and ``handler``, as stpipe's.

    Raises
    ------
    ConfigError
        When a name or a file cannot be used.
    """
    if logcfg is not None:
        level, log_file, log_stream = _from_file(logcfg, level, log_file, log_stream)
    if level.upper() not in LEVELS:
        raise ConfigError(f"log level {level}: expected one of {', '.join(LEVELS)}")
    handler = _handler(log_file, log_stream)
    handler.setFormatter(logging.Formatter(FORMAT))
    for name in _NAMES:
        logger = logging.getLogger(name)
        for old in list(logger.handlers):
            logger.removeHandler(old)
        logger.addHandler(handler)
        logger.setLevel(level.upper())
        logger.propagate = False


def _from_file(
    path: str, level: str, log_file: str | None, log_stream: str
) -> tuple[str, str | None, str]:
    from configobj import ConfigObj, ConfigObjError

    try:
        parsed = ConfigObj(path, interpolation=False, file_error=True, raise_errors=True)
    except (OSError, ConfigObjError) as err:
        raise ConfigError(f"{path}: cannot be used as logging configuration: {err}") from err
    section = next((parsed[name] for name in parsed.sections), parsed)
    handler = str(section.get("handler", ""))
    if handler.startswith(("file:", "append:")):
        log_file = handler.split(":", 1)[1]
    elif handler in _STREAMS:
        log_stream = handler
    return str(section.get("level", level)), log_file, log_stream
