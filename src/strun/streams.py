"""Standard output and error of a command: what cannot be written there must not end its work."""

from __future__ import annotations

import io
import os
import sys
from typing import Any, TextIO

STANDARD = ("stdout", "stderr")
_output_is_the_work = True


class LossyFile(io.FileIO):
    """A file that takes whatever is written to it; `lost` says why something of it was lost."""

    lost: OSError | None = None

    def write(self, data: Any, /) -> int:  # noqa: ANN401
        """Write, or remember why not."""
        try:
            return super().write(data)
        except OSError as err:
            self.lost = self.lost or err
            return len(data)


def lossy_text(
    file: int | str,
    mode: str = "w",
    *,
    encoding: str = "utf-8",
    errors: str = "strict",
    by_line: bool = True,
) -> io.TextIOWrapper:
    """
    Open a text file that loses what cannot be written.

    A descriptor, in the place of a path, stays open when the file is closed.
    """
    raw = LossyFile(file, mode, closefd=not isinstance(file, int))
    buffer = io.BufferedWriter(raw)
    return io.TextIOWrapper(buffer, encoding, errors, line_buffering=by_line)


def lost_of(stream: TextIO) -> OSError | None:
    """Return why something of a stream was lost, None when nothing was."""
    raw = getattr(getattr(stream, "buffer", None), "raw", None)
    return raw.lost if isinstance(raw, LossyFile) else None


def _replaced(stream: TextIO | None, fd: int, errors: str) -> TextIO:
    if stream is None:
        return lossy_text(fd, errors=errors)
    by_line = bool(stream.line_buffering) or bool(getattr(stream, "write_through", False))
    encoding, errors = stream.encoding, stream.errors or errors
    return lossy_text(fd, encoding=encoding, errors=errors, by_line=by_line)


def make_lossy() -> None:
    """
    Let standard output and error of this process lose what cannot be written.

    Descriptors that are closed lead to nowhere then: the next file that is opened, perhaps a
    product, would get their numbers, and what is said would be written into it.
    """
    for fd in (0, 1, 2):
        try:
            os.fstat(fd)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    sys.stdout = _replaced(sys.stdout, 1, "strict")
    sys.stderr = _replaced(sys.stderr, 2, "backslashreplace")


def put_work_first() -> None:
    """Declare that this command makes files: that output is lost does not make it fail."""
    global _output_is_the_work
    _output_is_the_work = False


def lost_output() -> tuple[OSError | None, bool]:
    """Flush both streams; return why standard output was lost, and whether that is a failure."""
    for stream in (sys.stderr, sys.stdout):
        if stream is not None:
            stream.flush()
    lost = None if sys.stdout is None else lost_of(sys.stdout)
    return lost, lost is not None and _output_is_the_work
