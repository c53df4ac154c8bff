"""Handlers of the log: the terminal, and files that may be full."""

from __future__ import annotations

import errno
import logging
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from strun.errors import ConfigError, OutputError, readable
from strun.streams import STANDARD, lossy_text, lost_of


class Terminal(logging.StreamHandler[Any]):
    """Writes to ``stdout`` or ``stderr``, whatever stands for it when a line comes."""

    def __init__(self, word: str) -> None:
        logging.Handler.__init__(self)
        self._word = word

    @property
    def stream(self) -> Any:  # noqa: ANN401
        """The stream of this moment: a progress bar, for one, stands in for it."""
        return getattr(sys, self._word)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Go on when nobody reads any more."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)


class LogFile(logging.FileHandler):
    """A file; that it cannot be written is said once, and the run goes on."""

    _told = False

    def _open(self) -> IO[Any]:  # type: ignore[override]
        return lossy_text(self.baseFilename, self.mode, encoding="utf-8")

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line of the log."""
        super().emit(record)
        lost = None if self.stream is None else lost_of(self.stream)
        if lost is not None and not self._told:
            self._told = True
            text = f"{self.baseFilename}: the log cannot be written: {lost.strerror}"
            print(f"strun: warning: {text}; the run goes on", file=sys.stderr)


def make_handler(word: str) -> logging.Handler:
    """
    Return the handler for ``stdout``, ``stderr``, ``null``, ``file:<path>`` or ``append:<path>``.

    Raises ConfigError for another word or a file that cannot be opened, OutputError for a file of
    data.
    """
    if word == "null":
        return logging.NullHandler()
    if word in STANDARD:
        return Terminal(word)
    kind, colon, path = word.partition(":")
    if not colon or kind not in ("file", "append"):
        raise ConfigError(
            f"log stream {word}: expected {', '.join(STANDARD)}, null, file:<path> or append:<path>"
        )
    from strun.blockio.atomic import refuse_data

    path = os.path.abspath(os.path.expanduser(path))
    try:
        refuse_data(path)
        with _read_by_somebody(path):
            return LogFile(path, "w" if kind == "file" else "a", encoding="utf-8")
    except OutputError:
        raise
    except OSError as err:
        reason = "nobody reads this FIFO" if err.errno == errno.ENXIO else err.strerror
        raise ConfigError(f"{path}: the log cannot be written: {reason}") from err


@contextmanager
def _read_by_somebody(path: str) -> Iterator[None]:
    """Raise OSError for a FIFO without a reader, which would be waited for."""
    if not os.path.exists(path) or not stat.S_ISFIFO(os.stat(path).st_mode):
        yield
        return
    fd = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        yield
    finally:
        os.close(fd)


class LogFormatter(logging.Formatter):
    """Lets no file name look like another line of the log, or control the terminal."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """Return a record as lines of which all but the first are indented."""
        return readable(super().formatMessage(record).replace("\n", "\n    "), kept="\n\t")


def note_error(text: str) -> None:
    """Put an error into the files of the log alone: on the terminal it is said in another way."""
    logger = logging.getLogger("stpipe")
    record = logger.makeRecord("stpipe", logging.ERROR, "", 0, text, (), None)
    for handler in logger.handlers:
        if isinstance(handler, LogFile):
            handler.handle(record)
