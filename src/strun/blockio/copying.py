"""Bytes written whole, and copies of ranges of them by the kernel, beside other work."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import NamedTuple

from strun.errors import FitsError

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
# less than this is written when the rest is done: a thread takes longer to start
_SMALL = 1 << 20
_BUFFER = 1 << 20


class Range(NamedTuple):
    """Bytes to copy: from an offset of the source to one of the target."""

    source: int
    target: int
    size: int


def write_all(fd: int, data: bytes | memoryview, offset: int) -> None:
    """Write every byte at `offset` of the file."""
    view = memoryview(data)
    while len(view):
        done = os.pwrite(fd, view, offset)
        view = view[done:]
        offset += done


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
    data = os.pread(fd_in, min(todo.size, _BUFFER), todo.source)
    write_all(fd_out, data, todo.target)
    return len(data)


def copy_range(fd_in: int, fd_out: int, todo: Range) -> Range:
    """
    Copy a piece of a range, and return what is left after it.

    Raises FitsError when the source ends early: it was changed while it was read.
    """
    done = _kernel_copy(fd_in, fd_out, todo)
    if not done:
        done = _plain_copy(fd_in, fd_out, todo)
    if done == 0:
        raise FitsError("the input became shorter while it was read; run again when it is whole")
    return Range(todo.source + done, todo.target + done, todo.size - done)


def copied(fd_in: int, fd_out: int, ranges: Iterable[Range]) -> Iterator[None]:
    """Copy ranges, and yield after each piece."""
    for todo in ranges:
        while todo.size:
            todo = copy_range(fd_in, fd_out, todo)
            yield


class Background:
    """
    Work in pieces that a thread does while the caller does other work, when it is large enough.

    A piece is done each time that `pieces` is asked for the next; the files that it works on must
    stay open until `finish` or `stop`. `size` is what it will write in all, in bytes.
    """

    def __init__(self, pieces: Iterator[None], size: int) -> None:
        self._pieces = pieces
        self._error: BaseException | None = None
        self._stopping = False
        self._thread: threading.Thread | None = None
        if size > _SMALL:
            thread = threading.Thread(target=self._run, name="strun-copy", daemon=True)
            # without a thread all is done at the end
            with suppress(RuntimeError):
                thread.start()
                self._thread = thread

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as err:
            self._error = err

    def _work(self) -> None:
        while not self._stopping:
            try:
                next(self._pieces)
            except StopIteration:
                return

    def finish(self) -> None:
        """Do what is left; raise what went wrong."""
        self._join()
        if self._error is not None:
            raise self._error
        self._stopping = False
        self._work()

    def stop(self) -> None:
        """Give up: wait only for the piece that is being done."""
        self._stopping = True
        self._join()

    def _join(self) -> None:
        if self._thread is not None:
            self._thread.join()
