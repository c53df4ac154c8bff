"""Workers for one exposure: how many threads, and how they are run."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar

Result = TypeVar("Result")

# measured: numpy's calls are long enough for two threads, and little of a band is halo
HEAVY_BLOCK = 1536 << 10
SERIAL_BLOCK = 512 << 10
# little arithmetic: reading and writing overlap, and memory counts
LIGHT_BLOCK = 256 << 10
SMALL = 24 << 20
# more threads wait for the interpreter's lock (measured)
THREADS = 2

_most = THREADS


class Workers(NamedTuple):
    """How many threads correct an exposure, and how large their blocks are."""

    threads: int
    block_bytes: int


# glibc's mallopt: M_TRIM_THRESHOLD and M_MMAP_THRESHOLD
_KEPT = ((-1, 64 << 20), (-3, 32 << 20))


def keep_freed_memory() -> None:
    """
    Let this process keep the memory that it frees for its next block.

    Arrays of a block would go back to the system each time, and come again page by page: a tenth
    of the time of a pipeline. The peak stays as it is.
    """
    import ctypes

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for option, value in _KEPT:
            mallopt(option, value)


def use_one() -> None:
    """Give each exposure of this process one thread: other processes have the other cores."""
    global _most
    _most = 1


@contextmanager
def one_worker() -> Iterator[None]:
    """Choose for a while as after `use_one`."""
    global _most
    before = _most
    use_one()
    try:
        yield
    finally:
        _most = before


def choose(size: int, *, heavy: int) -> Workers:
    """
    Choose workers for an exposure with arrays of `size` bytes: it never changes a bit.

    `heavy` is how many corrections there are with more arithmetic than reading and writing.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    if size * max(1, heavy) < SMALL or not cores or min(cores, _most) < 2:
        return Workers(1, SERIAL_BLOCK)
    return Workers(THREADS, HEAVY_BLOCK if heavy else LIGHT_BLOCK)


def run(
    workers: Workers,
    tasks: Sequence[Any],
    work: Callable[[Iterable[Any]], Result],
    *,
    beside: Callable[[], None] | None = None,
) -> list[Result]:
    """
    Share tasks out to workers, and return what `work` returned, in their order.

    Worker i of n gets every n-th task from the i-th on; each calls `work` once. `beside` is called
    before. Raises the first exception of a worker; the others stop at their next task.
    """
    if beside is not None:
        beside()
    count = min(workers.threads, len(tasks))
    if count < 2:
        return [work(tasks)]
    return _threaded([tasks[number::count] for number in range(count)], work)


def _threaded(
    shares: Sequence[Sequence[Any]], work: Callable[[Iterable[Any]], Result]
) -> list[Result]:
    results: dict[int, Result] = {}
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
    return [results[number] for number in sorted(results)]
