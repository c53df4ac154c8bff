"""Several hands for one exposure: which kind, how many, and how they are started."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, Any, NamedTuple

from jwst import errors
from jwst.errors import StepError, StrunError

__all__ = ["Crew", "alone", "be_alone", "choose", "merge", "run"]

# measured: a block and its coefficients stay in the cache of a core
FORK_BLOCK = 512 << 10
THREAD_BLOCK = 768 << 10
# little arithmetic: reading and writing overlap, and memory counts
LIGHT_BLOCK = 256 << 10
SMALL = 24 << 20
MOST_FORKS = 4
THREADS = 2

# what a terminal, a scheduler or a user ends a process with
_ENDING = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}

_most_hands = MOST_FORKS

Totals = dict[str, Any]
Work = Callable[[Iterable[Any]], Totals]


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
        return _forked(shares, work, meanwhile)
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


def _scalar(value: Any) -> Any:  # noqa: ANN401
    """Return a numpy scalar as a number of Python, for json."""
    return value.item()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Keep signals waiting: no child is forgotten, and none runs what the parent cleans up."""
    old = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, old)


def _while_alive(parent: int, share: Sequence[Any]) -> Iterator[Any]:
    """Yield tasks until the parent is killed, for what nobody takes need not be made."""
    for task in share:
        if os.getppid() != parent:
            raise StepError("the process that asked for this has ended")
        yield task


def _attempt(share: Iterable[Any], work: Work) -> tuple[str, int]:
    """Return what the parent is told of a share, and the exit status."""
    try:
        # the parent is told of Ctrl-C too, and ends its children
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
        return json.dumps({"totals": work(share)}, default=_scalar), 0
    except StrunError as err:
        return json.dumps({"kind": type(err).__name__, "error": str(err)}), 1
    except OSError as err:
        return json.dumps({"errno": err.errno, "error": err.strerror or str(err)}), 1
    except BaseException as err:
        return json.dumps({"error": f"{type(err).__name__}: {err}"}), 1


def _child(share: Iterable[Any], work: Work, pipe: int) -> None:
    """Do a share in a forked process and never return."""
    status = 1
    try:
        answer, status = _attempt(share, work)
        with os.fdopen(pipe, "w") as stream:
            stream.write(answer)
    finally:
        os._exit(status)


def _forked(
    shares: Sequence[Sequence[Any]],
    work: Work,
    meanwhile: Callable[[], None] | None,
) -> Totals:
    children: dict[int, IO[str]] = {}
    parent = os.getpid()
    try:
        for share in shares:
            with _undisturbed():
                reading, writing = os.pipe()
                try:
                    pid = os.fork()
                except OSError:
                    # the system gives no more processes
                    os.close(reading)
                    os.close(writing)
                    break
                if pid == 0:
                    os.close(reading)
                    _child(_while_alive(parent, share), work, writing)
                os.close(writing)
                children[pid] = os.fdopen(reading, "r")
        if meanwhile is not None:
            meanwhile()
        totals: Totals = {}
        for share in shares[len(children) :]:
            merge(totals, work(share))
        for pid, stream in list(children.items()):
            with stream:
                text = stream.read()
            # it has closed its end, and ends; a signal between these two would kill a stranger
            with _undisturbed():
                _, status = os.waitpid(pid, 0)
                del children[pid]
            merge(totals, _answer(text, status))
        return totals
    finally:
        _end(children)


def _answer(text: str, status: int) -> Totals:
    if not text or os.WIFSIGNALED(status):
        raise StepError(
            f"a worker process died (wait status {status}), perhaps for lack of memory; run again"
        )
    answer = json.loads(text)
    if answer.get("errno"):
        raise OSError(answer["errno"], answer["error"])
    if "error" in answer:
        raise getattr(errors, answer.get("kind", "StepError"), StepError)(answer["error"])
    totals: Totals = answer["totals"]
    return totals


def _end(children: Mapping[int, IO[str]]) -> None:
    if not children:
        return
    with _undisturbed():
        for pid, stream in children.items():
            stream.close()
            os.kill(pid, signal.SIGKILL)
        for pid in children:
            os.waitpid(pid, 0)
