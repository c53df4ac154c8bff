"""Objects sent through pipes: their length, then their bytes."""

from __future__ import annotations

import os
import pickle
import struct
from typing import Any

__all__ = ["Inbox", "receive", "send"]

_LENGTH = struct.Struct("<Q")
_PIECE = 1 << 16


def send(fd: int, value: Any) -> None:  # noqa: ANN401
    """
    Write an object to a pipe.

    Raises
    ------
    BrokenPipeError
        When nobody reads it any more.
    """
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    view = memoryview(_LENGTH.pack(len(data)) + data)
    while view:
        view = view[os.write(fd, view) :]


def receive(fd: int) -> Any:  # noqa: ANN401
    """
    Read an object from a pipe, waiting for it.

    Raises
    ------
    EOFError
        When the other end is closed.
    """
    return pickle.loads(_exactly(fd, _LENGTH.unpack(_exactly(fd, _LENGTH.size))[0]))


def _exactly(fd: int, size: int) -> bytes:
    pieces = []
    while size:
        piece = os.read(fd, min(size, 1 << 20))
        if not piece:
            raise EOFError
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


class Inbox:
    """
    Objects that come through a pipe, some bytes at a time.

    Parameters
    ----------
    fd : int
        The reading end.

    Attributes
    ----------
    ended : bool
        Whether the other end is closed.
    """

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.ended = False
        self._bytes = bytearray()

    def read(self) -> list[Any]:
        """Return the objects that are whole by now; to be called when the pipe is readable."""
        piece = os.read(self.fd, _PIECE)
        self.ended = not piece
        self._bytes += piece
        found = []
        while len(self._bytes) >= _LENGTH.size:
            end = _LENGTH.size + _LENGTH.unpack_from(self._bytes)[0]
            if len(self._bytes) < end:
                break
            found.append(pickle.loads(bytes(self._bytes[_LENGTH.size : end])))
            del self._bytes[:end]
        return found
