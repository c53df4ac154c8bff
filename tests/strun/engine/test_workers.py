from __future__ import annotations

import errno
import os
import platform
import re
import subprocess
import sys
import threading
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pytest

from strun.engine import workers
from strun.engine.chain import merge, merge_all
from strun.engine.workers import SMALL, Workers, choose, one_worker, run
from strun.errors import FitsError, StepError


def of(threads: int) -> Workers:
    """Return some workers."""
    return Workers(threads, 1000)


def count(tasks: Iterable[int]) -> dict[str, Any]:
    """Count tasks in all the ways that corrections do."""
    totals: dict[str, Any] = {}
    for task in tasks:
        merge(totals, {"tasks": 1, "sum": np.int64(task), "each": [task, 1], "max_task": task})
        merge(totals, {"half": np.float32(0.5)})
    return totals


def counted(threads: int, tasks: Sequence[int]) -> dict[str, Any]:
    """Return what some threads count in all."""
    found = merge_all([totals] for totals in run(of(threads), tasks, count))
    return found[0] if found else {}


@pytest.mark.parametrize("threads", [1, 2, 3, 50])
def test_run_adds_up_the_same_when_workers_differ(threads: int) -> None:
    assert counted(threads, range(10)) == {
        "tasks": 10,
        "sum": 45,
        "each": [45, 10],
        "max_task": 9,
        "half": 5.0,
    }


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("tasks", [[], [7]])
def test_run_works_when_tasks_are_few(threads: int, tasks: list[int]) -> None:
    assert counted(threads, tasks).get("tasks", 0) == len(tasks)


def test_run_returns_results_in_the_order_of_the_workers() -> None:
    assert run(of(3), range(7), list) == [[0, 3, 6], [1, 4], [2, 5]]


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize(
    "error", [FitsError("x.fits: is cut"), StepError("no"), OSError(errno.ENOSPC, "full")]
)
def test_run_raises_the_same_error_when_work_fails(threads: int, error: Exception) -> None:
    def fail(tasks: Iterable[int]) -> None:
        if 1 in list(tasks):
            raise error

    with pytest.raises(type(error), match=re.escape(str(error))) as caught:
        run(of(threads), range(4), fail)
    assert caught.value is error
    assert threading.active_count() == 1


@pytest.mark.parametrize("given", [0, 2])
def test_run_does_the_work_itself_when_the_system_gives_no_more_threads(
    monkeypatch: pytest.MonkeyPatch, given: int
) -> None:
    start, asked = threading.Thread.start, []

    def no_start(thread: threading.Thread) -> None:
        asked.append(thread)
        if len(asked) > given:
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", no_start)
    assert counted(4, range(10)) == count(range(10))


@pytest.mark.parametrize("threads", [1, 2])
def test_run_starts_other_work_before_the_tasks(threads: int) -> None:
    done: list[object] = []
    run(of(threads), range(4), done.extend, beside=lambda: done.append("beside"))
    assert done[0] == "beside"
    assert sorted(done[1:]) == [0, 1, 2, 3]


def test_run_ends_threads_when_this_process_is_interrupted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Interrupted(threading.Thread):
        interrupted = False

        def join(self, timeout: float | None = None) -> None:
            if not Interrupted.interrupted:
                Interrupted.interrupted = True
                raise KeyboardInterrupt("stop")
            super().join(timeout)

    done: list[int] = []

    def slow(tasks: Iterable[int]) -> dict[str, Any]:
        for task in tasks:
            threading.Event().wait(0.01)
            done.append(task)
        return {}

    monkeypatch.setattr(workers.threading, "Thread", Interrupted)
    with pytest.raises(KeyboardInterrupt, match="stop"):
        run(of(2), range(1000), slow)
    assert threading.active_count() == 1
    assert len(done) < 1000


def test_run_ends_other_threads_when_one_fails() -> None:
    done: list[int] = []

    def work(tasks: Iterable[int]) -> dict[str, Any]:
        for task in tasks:
            if task == 1:
                raise StepError("one failed")
            threading.Event().wait(0.01)
            done.append(task)
        return {}

    with pytest.raises(StepError, match="one failed"):
        run(of(2), range(1000), work)
    assert len(done) < 500


@pytest.mark.parametrize(
    ("size", "cores", "threads"), [(SMALL, 4, 2), (SMALL, 1, 1), (SMALL - 1, 4, 1), (SMALL, 2, 2)]
)
@pytest.mark.parametrize("heavy", [True, False])
def test_choose_takes_threads_when_they_pay(
    monkeypatch: pytest.MonkeyPatch, size: int, cores: int, threads: int, heavy: bool
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)), raising=False)
    assert choose(size, heavy=heavy).threads == threads


def test_choose_takes_threads_for_small_exposures_with_many_corrections(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    assert choose(SMALL // 4, heavy=3).threads == 1
    assert choose(SMALL // 4, heavy=4).threads == 2


def test_choose_takes_one_thread_while_other_processes_have_the_cores(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    with one_worker():
        assert choose(SMALL, heavy=True).threads == 1
    assert choose(SMALL, heavy=True).threads == 2


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other allocators have no mallopt")
def test_memory_that_was_freed_does_not_come_page_by_page_again() -> None:
    code = (
        "import resource\n"
        "from strun.engine.workers import keep_freed_memory\n"
        "keep_freed_memory()\n"
        "faults = []\n"
        "for _ in range(3):\n"
        "    blocks = [bytearray(1 << 22) for _ in range(4)]\n"
        "    del blocks\n"
        "    faults.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt)\n"
        "print(faults[2] - faults[1])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert int(done.stdout) < 100
