"""Several hands for one exposure: which kind, how many, and how they are started."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from jwst.errors import StepError, StrunError

__all__ = ["Crew", "choose", "merge", "run"]

# measured: a block and its coefficients stay in the cache of a core
FORK_BLOCK = 512 << 10
THREAD_BLOCK = 768 << 10
SMALL = 24 << 20
MOST_FORKS = 4
THREADS = 2

Totals = dict[str, Any]


class Crew(NamedTuple):
    """How the bands of an exposure are shared out."""

    kind: str
    hands: int
    block_bytes: int


def choose(size: int, *, heavy: bool, may_fork: bool) -> Crew:
    """
    Choose workers for an exposure; the choice never changes a bit of the product.

    Parameters
    ----------
    size : int
        Bytes of the arrays to go through.
    heavy : bool
        Whether the arithmetic pays for more than one.
    may_fork : bool
        Whether this process is ours alone: no threads of a host program.

    Returns
    -------
    Crew
        Forks where they are safe, else two threads; one worker for a small exposure.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    if not heavy or size < SMALL or not cores or cores < 2:
        return Crew("serial", 1, FORK_BLOCK)
    if may_fork and sys.platform == "linux":
        return Crew("fork", min(MOST_FORKS, cores), FORK_BLOCK)
    return Crew("thread", THREADS, THREAD_BLOCK)


def merge(totals: Totals, counts: Mapping[str, Any] | None) -> None:
    """Add counts to totals: numbers and lists are summed, names with ``max_`` keep the largest."""
    for name, value in (counts or {}).items():
        old = totals.get(name)
        if old is None:
            totals[name] = value
        elif name.startswith("max_"):
            totals[name] = max(old, value)
        elif isinstance(value, list):
            totals[name] = [a + b for a, b in zip(old, value, strict=True)]
        else:
            totals[name] = old + value


def run(
    crew: Crew,
    tasks: Sequence[Any],
    work: Callable[[Sequence[Any]], Totals],
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
        What this process does while forked workers do theirs.

    Raises
    ------
    StepError
        When a worker died. Errors of the work itself are raised as they are.
    """
    count = min(crew.hands, len(tasks))
    if crew.kind == "serial" or count < 2:
        return work(tasks)
    shares = [tasks[number::count] for number in range(count)]
    if crew.kind == "fork":
        return _forked(shares, work, meanwhile)
    return _threaded(shares, work)


def _threaded(shares: Sequence[Sequence[Any]], work: Callable[[Sequence[Any]], Totals]) -> Totals:
    results: list[Totals] = []
    errors: list[BaseException] = []

    def one(share: Sequence[Any]) -> None:
        try:
            results.append(work(share))
        except BaseException as err:
            errors.append(err)

    threads = [threading.Thread(target=one, args=(share,), daemon=True) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    totals: Totals = {}
    for result in results:
        merge(totals, result)
    return totals


def _child(share: Sequence[Any], work: Callable[[Sequence[Any]], Totals], pipe: int) -> None:
    """Do a share in a forked process and never return."""
    status = 1
    try:
        # the parent is told of Ctrl-C too, and ends its children
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        answer: dict[str, Any] = {"totals": work(share)}
        status = 0
    except StrunError as err:
        answer = {"error": str(err)}
    except OSError as err:
        answer = {"errno": err.errno, "error": err.strerror}
    except BaseException as err:
        answer = {"error": f"{type(err).__name__}: {err}"}
    try:
        with os.fdopen(pipe, "w") as stream:
            json.dump(answer, stream, default=int)
    finally:
        os._exit(status)


def _forked(
    shares: Sequence[Sequence[Any]],
    work: Callable[[Sequence[Any]], Totals],
    meanwhile: Callable[[], None] | None,
) -> Totals:
    children: dict[int, int] = {}
    try:
        for share in shares:
            reading, writing = os.pipe()
            pid = os.fork()
            if pid == 0:
                os.close(reading)
                _child(share, work, writing)
            os.close(writing)
            children[pid] = reading
        if meanwhile is not None:
            meanwhile()
        totals: Totals = {}
        for pid, reading in list(children.items()):
            with os.fdopen(reading, "r") as stream:
                text = stream.read()
            _, status = os.waitpid(pid, 0)
            del children[pid]
            merge(totals, _answer(text, status))
        return totals
    finally:
        _end(children)


def _answer(text: str, status: int) -> Totals:
    if not text:
        raise StepError(
            f"a worker process died (wait status {status}), perhaps for lack of memory; run again"
        )
    answer = json.loads(text)
    if answer.get("errno"):
        raise OSError(answer["errno"], answer["error"])
    if "error" in answer:
        raise StepError(answer["error"])
    totals: Totals = answer["totals"]
    return totals


def _end(children: dict[int, int]) -> None:
    for pid in children:
        os.kill(pid, signal.SIGKILL)
    for pid in children:
        os.waitpid(pid, 0)
