"""Workers that are forked processes, and how they end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from strun.engine.workers import Crew, run
from strun.errors import StepError

FORKS = Crew("fork", 3, 1000)


def test_run_names_the_error_when_a_fork_meets_an_unexpected_one() -> None:
    def fail(tasks: Iterable[int]) -> dict[str, Any]:
        raise ZeroDivisionError("by zero")

    with pytest.raises(StepError, match="ZeroDivisionError: by zero"):
        run(FORKS, range(4), fail)


def test_run_names_the_error_when_a_fork_counts_what_cannot_be_sent() -> None:
    with pytest.raises(StepError, match="Error: "):
        run(FORKS, range(4), lambda tasks: {"odd": lambda: None})


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM])
def test_run_says_so_when_a_fork_is_killed(sent: int) -> None:
    def die(tasks: Iterable[int]) -> dict[str, Any]:
        if 2 in list(tasks):
            os.kill(os.getpid(), sent)
        return {}

    with pytest.raises(StepError, match=rf"a worker process died \(wait status {int(sent)}\)"):
        run(FORKS, range(4), die)
    assert_no_children()


ENDLESS = """
import os, signal, sys
from pathlib import Path
from strun.engine.workers import Crew, run

def work(tasks):
    Path(str(os.getpid())).touch()
    for _ in tasks:
        pass

def die():
    while len(os.listdir()) < 2:
        os.sched_yield()
    os.kill(os.getpid(), signal.SIGKILL)

run(Crew("fork", 2, 1), range(1 << 60), work, meanwhile=die)
"""


def test_forks_end_when_the_process_that_made_them_is_killed(folder: Path) -> None:
    done = subprocess.run([sys.executable, "-c", ENDLESS], check=False)
    assert done.returncode == -signal.SIGKILL
    pids = [int(name) for name in os.listdir()]
    assert len(pids) == 2
    deadline = time.monotonic() + 30
    while left := [pid for pid in pids if Path(f"/proc/{pid}").exists()]:
        if time.monotonic() > deadline:
            for pid in left:
                os.kill(pid, signal.SIGKILL)
            pytest.fail("workers outlive the process that made them")


def assert_no_children() -> None:
    """Hold that every child has ended and was waited for."""
    with pytest.raises(ChildProcessError, match="No child processes"):
        os.waitpid(-1, os.WNOHANG)


def open_files() -> int:
    """Return how many descriptors this process has."""
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_run_ends_children_when_this_process_fails(error: type[BaseException]) -> None:
    def wait(tasks: Iterable[int]) -> dict[str, Any]:
        signal.pause()
        return {}

    def fail() -> None:
        raise error("stop")

    before = open_files()
    with pytest.raises(error, match="stop"):
        run(FORKS, range(4), wait, meanwhile=fail)
    assert_no_children()
    assert open_files() == before
