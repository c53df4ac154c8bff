from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

from strun.engine import workers
from strun.engine.totals import merge
from strun.engine.workers import SMALL, Crew, choose, run
from strun.errors import FitsError, StepError

KINDS = ["serial", "fork", "thread"]


def crew(kind: str, hands: int = 3) -> Crew:
    """Return some workers of a kind."""
    return Crew(kind, hands, 1000)


def count(tasks: Iterable[int]) -> dict[str, Any]:
    """Count tasks in all the ways that corrections do."""
    totals: dict[str, Any] = {}
    for task in tasks:
        merge(totals, {"tasks": 1, "sum": np.int64(task), "each": [task, 1], "max_task": task})
        merge(totals, {"half": np.float32(0.5)})
    return totals


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("hands", [1, 2, 3, 50])
def test_run_adds_up_the_same_when_workers_differ(kind: str, hands: int) -> None:
    assert run(crew(kind, hands), range(10), count) == {
        "tasks": 10,
        "sum": 45,
        "each": [45, 10],
        "max_task": 9,
        "half": 5.0,
    }


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("tasks", [[], [7]])
def test_run_works_when_tasks_are_few(kind: str, tasks: list[int]) -> None:
    assert run(crew(kind), tasks, count).get("tasks", 0) == len(tasks)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "error", [FitsError("x.fits: is cut"), StepError("no"), OSError(errno.ENOSPC, "full")]
)
def test_run_raises_the_same_error_when_work_fails(kind: str, error: Exception) -> None:
    def fail(tasks: Iterable[int]) -> dict[str, Any]:
        if 1 in list(tasks):
            raise error
        return {}

    with pytest.raises(type(error), match=str(error).replace("[", r"\[")) as caught:
        run(crew(kind), range(4), fail)
    assert getattr(caught.value, "errno", None) == getattr(error, "errno", None)
    assert_no_children()


@pytest.mark.parametrize("given", [0, 2])
@pytest.mark.parametrize("kind", ["fork", "thread"])
def test_run_does_the_work_itself_when_the_system_gives_no_more_workers(
    monkeypatch: pytest.MonkeyPatch, kind: str, given: int
) -> None:
    fork, start, asked = os.fork, threading.Thread.start, []

    def refused(error: Exception) -> None:
        asked.append(error)
        if len(asked) > given:
            raise error

    def no_fork() -> int:
        refused(BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"))
        return fork()

    def no_start(thread: threading.Thread) -> None:
        refused(RuntimeError("can't start new thread"))
        start(thread)

    monkeypatch.setattr(os, "fork", no_fork)
    monkeypatch.setattr(threading.Thread, "start", no_start)
    assert run(crew(kind, 4), range(10), count) == count(range(10))
    assert_no_children()


def assert_no_children() -> None:
    """Hold that every child has ended and was waited for."""
    with pytest.raises(ChildProcessError, match="No child processes"):
        os.waitpid(-1, os.WNOHANG)


def test_run_does_other_work_meanwhile() -> None:
    done: list[int] = []
    run(crew("fork"), range(4), count, meanwhile=lambda: done.append(1))
    assert done == [1]


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
        run(crew("thread", 2), range(1000), slow)
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
        run(crew("thread", 2), range(1000), work)
    assert len(done) < 500


@pytest.mark.parametrize(
    ("size", "heavy", "may_fork", "cores", "kind"),
    [
        (SMALL, True, True, 4, "fork"),
        (SMALL, True, False, 4, "thread"),
        (SMALL - 1, True, True, 4, "serial"),
        (SMALL, False, True, 4, "thread"),
        (SMALL, True, True, 1, "serial"),
    ],
)
def test_choose_takes_forks_only_when_they_pay_and_are_safe(
    monkeypatch: pytest.MonkeyPatch,
    size: int,
    heavy: bool,
    may_fork: bool,
    cores: int,
    kind: str,
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)))
    monkeypatch.setattr(workers.sys, "platform", "linux")
    chosen = choose(size, heavy=heavy, may_fork=may_fork)
    assert chosen.kind == kind
    assert (chosen.hands == 1) is (kind == "serial")


def test_choose_takes_threads_when_system_forks_badly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    monkeypatch.setattr(workers.sys, "platform", "darwin")
    assert choose(SMALL, heavy=True, may_fork=True).kind == "thread"
