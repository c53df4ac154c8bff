"""Signals that end a command: at once while it loads, by an exception while it runs."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

ENDINGS: dict[int, str] = {
    signal.SIGINT: "interrupted",
    signal.SIGTERM: "terminated",
    signal.SIGHUP: "the terminal was closed",
}
"""Signals by which a terminal, a scheduler or a user ends a process, and what is said then."""

# seconds that cleaning up may take, in which another signal would disturb it
_PAUSE = 2.0
# seconds after which a signal that came where exceptions get lost comes again
_AGAIN = 0.005


class Terminated(BaseException):
    """One of these signals, as an exception: temporary files are removed on its way up."""

    def __init__(self, number: int) -> None:
        self.number = number


def exit_on_signals(name: str) -> None:
    """End the command of this name at once on a signal: there is nothing to clean up yet."""

    def end(number: int, _: FrameType | None) -> None:
        with suppress(OSError):
            os.write(2, f"{name}: error: {ENDINGS[number]}\n".encode())
        os._exit(128 + number)

    for number in _not_ignored():
        signal.signal(number, end)


@contextmanager
def raising() -> Iterator[None]:
    """Raise `Terminated` on these signals for a while."""
    last = -_PAUSE

    def end(number: int, frame: FrameType | None) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < _PAUSE:
            return
        if _loses_exceptions(frame):
            signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(number))
            signal.setitimer(signal.ITIMER_REAL, _AGAIN)
            return
        last = now
        raise Terminated(number)

    before = {number: signal.signal(number, end) for number in _not_ignored()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _not_ignored() -> list[int]:
    """Return the signals that somebody wants to end the process: nohup ignores one."""
    return [n for n in ENDINGS if signal.getsignal(n) not in (None, signal.SIG_IGN)]


def _loses_exceptions(frame: FrameType | None) -> bool:
    """
    Return whether an exception would not get out of here.

    One that is raised while a module is loaded can get lost, or leave a lock behind that others
    wait for; one that is raised in a finalizer is printed, and the program goes on.
    """
    while frame is not None:
        code = frame.f_code
        if code.co_name == "__del__" or code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False
