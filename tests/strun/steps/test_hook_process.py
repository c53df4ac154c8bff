from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable

import pytest
from in_process import LIMIT
from processes import runs

from strun.steps.hook_process import _start, end_running, spawned


def ends(pid: int) -> bool:
    """Return whether a process ends."""
    return soon(lambda: not runs(pid))


def soon(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + LIMIT
    while not true() and time.monotonic() < deadline:
        time.sleep(0.01)
    return true()


LEAVING = "sleep 100 >/dev/null 2>&1 & echo $!"
STUBBORN = f"trap '' TERM; {LEAVING}"


@pytest.mark.parametrize("command", [LEAVING, STUBBORN])
def test_what_a_hook_leaves_running_ends_with_it(command: str) -> None:
    with spawned(command) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        assert runs(pid)
    assert process.returncode == 0
    assert ends(pid)


def test_all_processes_of_a_hook_end_when_the_run_is_interrupted() -> None:
    def interrupted() -> None:
        with spawned(f"{LEAVING}; sleep 100") as process:
            assert process.stdout is not None
            pids.append(int(process.stdout.readline()))
            raise KeyboardInterrupt("now")

    pids: list[int] = []
    with pytest.raises(KeyboardInterrupt, match="now"):
        interrupted()
    assert ends(pids[0])


def test_signal_while_a_hook_starts_comes_when_it_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started = []

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt("now")

    def start(command: str) -> subprocess.Popen[str]:
        started.append(_start(command))
        signal.raise_signal(signal.SIGINT)
        return started[0]

    monkeypatch.setattr("strun.steps.hook_process._start", start)
    before = signal.signal(signal.SIGINT, interrupt)
    try:
        with pytest.raises(KeyboardInterrupt, match="now"), spawned("sleep 100"):
            pytest.fail("the signal was lost")
    finally:
        signal.signal(signal.SIGINT, before)
    assert ends(started[0].pid)


def test_processes_of_hooks_end_when_their_worker_is_about_to_go() -> None:
    with spawned(f"{LEAVING}; sleep 100") as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        end_running()
        assert ends(pid)


def test_a_hook_has_no_terminal() -> None:
    with spawned("ps -o sid= -p $$") as process:
        assert process.stdout is not None
        assert int(process.stdout.read()) != os.getsid(0)
