"""Several hands for one exposure: which kind, how many, and how they are started."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from strun.engine.totals import Totals, Work, merge

__all__ = ["Crew", "alone", "be_alone", "choose", "run"]

# measured: a block and its coefficients stay in the cache of a core
FORK_BLOCK = 512 << 10
THREAD_BLOCK = 768 << 10
# little arithmetic: reading and writing overlap, and memory counts
LIGHT_BLOCK = 256 << 10
SMALL = 24 << 20
MOST_FORKS = 4
THREADS = 2

_most_hands = MOST_FORKS


class Crew(NamedTuple):
    """How the bands of an exposure are shared out."""

    kind: str
    hands: int
    block_bytes: int


def be_alone() -> None:
    """Let exposures of this process have one worker each: other processes have the other cores."""
    global _most_hands
    _most_hands = 1


@contextmanager
def alone() -> Iterator[None]:
    """Choose for a while as a process does in which `be_alone` was called."""
    global _most_hands
    before = _most_hands
    be_alone()
    try:
        yield
    finally:
        _most_hands = before


def choose(size: int, *, heavy: bool, may_fork: bool) -> Crew:
    """
    Choose workers for an exposure; the choice never changes a bit of the product.

    Parameters
    ----------
    size : int
        Bytes of the arrays to go through.
    heavy : bool
        Whether the arithmetic pays for processes.
    may_fork : bool
        Whether this process is ours alone: no threads of a host program.

    Returns
    -------
    Crew
        Forks where they are safe, else two threads; one worker for a small exposure.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    if size < SMALL or not cores or min(cores, _most_hands) < 2:
        return Crew("serial", 1, FORK_BLOCK)
    if not heavy:
        return Crew("thread", THREADS, LIGHT_BLOCK)
    if may_fork and sys.platform == "linux":
        return Crew("fork", min(MOST_FORKS, cores), FORK_BLOCK)
    return Crew("thread", THREADS, THREAD_BLOCK)


def run(
    crew: Crew,
    tasks: Sequence[Any],
    work: Work,
    *,
    meanwhile: Callable[[], None] | None = None,
) -> Totals:
    """
    Share tasks out to workers and add up what they counted.

    Parameters
    ----------
    crew : Crew
        From `choose`.
    tasks : sequence
        Worker i of n gets every n-th from the i-th on.
    work : callable
        Does some tasks and returns totals.
    meanwhile : callable, optional
        What this process does while workers do theirs, or before it works itself.

    Raises
    ------
    StepError
        When a forked worker died, or ended with an error that is neither ours nor the system's.
        Other errors of the work are raised as they are.
    """
    count = min(crew.hands, len(tasks))
    if crew.kind == "serial" or count < 2:
        if meanwhile is not None:
            meanwhile()
        return work(tasks)
    shares = [tasks[number::count] for number in range(count)]
    if crew.kind == "fork":
        from strun.engine.forking import forked

        return forked(shares, work, meanwhile)
    if meanwhile is not None:
        meanwhile()
    return _threaded(shares, work)


def _threaded(shares: Sequence[Sequence[Any]], work: Work) -> Totals:
    results: dict[int, Totals] = {}
    failures: list[BaseException] = []
    stopping = threading.Event()

    def until_stopped(share: Sequence[Any]) -> Iterator[Any]:
        for task in share:
            if stopping.is_set():
                return
            yield task

    def one(number: int, share: Sequence[Any]) -> None:
        try:
            results[number] = work(until_stopped(share))
        except BaseException as err:
            failures.append(err)
            stopping.set()

    threads = [threading.Thread(target=one, args=pair, daemon=True) for pair in enumerate(shares)]
    try:
        for thread, share in zip(threads, enumerate(shares), strict=True):
            try:
                thread.start()
            except RuntimeError:
                # the system gives no more threads
                one(*share)
        for thread in threads:
            if thread.ident is not None:
                thread.join()
    finally:
        # on Ctrl-C: the files that they write to are closed next
        stopping.set()
        for thread in threads:
            if thread.ident is not None:
                thread.join()
    if failures:
        raise failures[0]
    totals: Totals = {}
    for number in sorted(results):
        merge(totals, results[number])
    return totals
