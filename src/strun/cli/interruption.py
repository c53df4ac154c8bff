"""Signals that end a run, as an exception: temporary files are removed on its way up."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from strun.cli.start import ENDING

__all__ = ["Terminated", "raising"]

# seconds that cleaning up may take, in which another signal would disturb it
_PAUSE = 2.0
# seconds after which a signal that came while a module was loaded comes again
_AGAIN = 0.005


class Terminated(BaseException):
    """SIGINT, SIGTERM or SIGHUP, as an exception."""

    def __init__(self, number: int) -> None:
        self.number = number


def _is_importing(frame: FrameType | None) -> bool:
    """Return whether a module is being loaded."""
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


def _send_later(number: int) -> None:
    def send(_: int, __: FrameType | None) -> None:
        os.kill(os.getpid(), number)

    signal.signal(signal.SIGALRM, send)
    signal.setitimer(signal.ITIMER_REAL, _AGAIN)


@contextmanager
def raising() -> Iterator[None]:
    """Let signals that end a process raise, but those that are ignored: nohup wants that."""
    last = -_PAUSE

    def end(number: int, frame: FrameType | None) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < _PAUSE:
            return
        if _is_importing(frame):
            # an exception here can get lost, or leave a lock behind that others wait for
            _send_later(number)
            return
        last = now
        raise Terminated(number)

    before = {number: signal.getsignal(number) for number in ENDING}
    before = {n: handler for n, handler in before.items() if handler not in (None, signal.SIG_IGN)}
    for number in before:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
