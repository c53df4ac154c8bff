"""Copies of byte ranges by the kernel, beside other work."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterable
from typing import NamedTuple

from jwst.errors import FitsError

__all__ = ["BackgroundCopy", "Range", "copy_range"]

# the kernel says these when it cannot copy between the two files itself
_CANNOT = {
    errno.EXDEV,
    errno.ENOSYS,
    errno.EINVAL,
    errno.EOPNOTSUPP,
    errno.EPERM,
    errno.EBADF,
    errno.ETXTBSY,
}
_PIECE = 1 << 26
# less than this is copied when the rest is done: a thread takes longer to start
_SMALL = 1 << 20
_BUFFER = 1 << 20


class Range(NamedTuple):
    """Bytes to copy: from an offset of the source to one of the target."""

    source: int
    target: int
    size: int


def _kernel_copy(fd_in: int, fd_out: int, todo: Range) -> int | None:
    """Return the number of bytes copied, None when the kernel cannot."""
    if not hasattr(os, "copy_file_range"):
        return None
    try:
        return os.copy_file_range(
            fd_in, fd_out, min(todo.size, _PIECE), offset_src=todo.source, offset_dst=todo.target
        )
    except OSError as err:
        if err.errno in _CANNOT:
            return None
        raise


def _plain_copy(fd_in: int, fd_out: int, todo: Range) -> int:
    data = memoryview(os.pread(fd_in, min(todo.size, _BUFFER), todo.source))
    written = 0
    while written < len(data):
        written += os.pwrite(fd_out, data[written:], todo.target + written)
    return written


def copy_range(fd_in: int, fd_out: int, todo: Range) -> Range:
    """
    Copy a piece of a range.

    Parameters
    ----------
    fd_in, fd_out : int
        Descriptors.
    todo : Range
        What is left to copy.

    Returns
    -------
    Range
        What is left after this piece.

    Raises
    ------
    FitsError
        When the source ends early: it was changed while it was read.
    """
    done = _kernel_copy(fd_in, fd_out, todo)
    if not done:
        done = _plain_copy(fd_in, fd_out, todo)
    if done == 0:
        raise FitsError("the input became shorter while it was read; run again when it is whole")
    return Range(todo.source + done, todo.target + done, todo.size - done)


class BackgroundCopy:
    """
    A thread that copies ranges while the caller works, when they are large enough.

    Parameters
    ----------
    fd_in, fd_out : int
        Descriptors; they must stay open until `join` or `stop`.
    ranges : iterable of Range
        What to copy.
    """

    def __init__(self, fd_in: int, fd_out: int, ranges: Iterable[Range]) -> None:
        self._files = (fd_in, fd_out)
        self._left = [todo for todo in ranges if todo.size]
        self._error: BaseException | None = None
        self._stopping = False
        self._thread: threading.Thread | None = None
        if sum(todo.size for todo in self._left) > _SMALL:
            self._thread = threading.Thread(target=self._run, name="strun-copy", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        try:
            self._copy()
        except BaseException as err:
            self._error = err

    def _copy(self) -> None:
        while self._left and not self._stopping:
            rest = copy_range(*self._files, self._left[0])
            if rest.size:
                self._left[0] = rest
            else:
                del self._left[0]

    def finish(self) -> None:
        """Copy what is left; raise what went wrong."""
        self._join()
        if self._error is not None:
            raise self._error
        self._stopping = False
        self._copy()

    def stop(self) -> None:
        """Give up: wait only for the piece that is being copied."""
        self._stopping = True
        self._join()

    def _join(self) -> None:
        if self._thread is not None:
            self._thread.join()
