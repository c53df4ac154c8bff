"""Processes of hooks: each has a group of its own, which ends when the hook does."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from subprocess import Popen

# seconds that what gets SIGTERM has to clean up
_PATIENCE = 1.0
_PAUSE = 0.01

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_running: set[int] = set()


@contextmanager
def spawned(command: str) -> Iterator[Popen[str]]:
    """
    Run a shell command; whatever it started and left running is ended with it.

    Parameters
    ----------
    command : str
        What the user wrote; file names in it are quoted.

    Yields
    ------
    Popen
        With what it prints as `stdout`; its `returncode` is there afterwards.
    """
    process: Popen[str] | None = None
    try:
        with _signals_later():
            process = _start(command)
            _running.add(process.pid)
        yield process
        process.wait()
    finally:
        if process is not None:
            _end(process)
            _running.discard(process.pid)
            if process.stdout is not None:
                process.stdout.close()


def _start(command: str) -> Popen[str]:
    import subprocess

    # a session of its own: Ctrl-C is handled by this process, and no process of a hook may
    # wait for the terminal
    return subprocess.Popen(
        command,
        shell=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )


@contextmanager
def _signals_later() -> Iterator[None]:
    """Let signals that raise an exception wait: between a process's start and its being known."""
    came: list[int] = []
    before = {}
    if threading.current_thread() is threading.main_thread():
        raising = (n for n in _ENDING if callable(signal.getsignal(n)))
        before = {n: signal.signal(n, lambda number, _: came.append(number)) for n in raising}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for late in came:
            signal.raise_signal(late)


def end_running() -> None:
    """End the processes of hooks at once, when this process is about to go."""
    for group in _running:
        _send(group, signal.SIGKILL)


def _end(process: Popen[str]) -> None:
    """End all processes of a group, also those that its first process has left behind."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if not _send(process.pid, number):
            break
        deadline = time.monotonic() + _PATIENCE
        while _send(process.pid, 0) and time.monotonic() < deadline:
            process.poll()
            time.sleep(_PAUSE)
    process.wait()


def _send(group: int, number: int) -> bool:
    """Send a signal to a group, and return whether there is one."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
        return True
    return False
