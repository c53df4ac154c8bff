"""Jobs done by worker processes of this machine, each started from nothing (spawned)."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections import deque
from collections.abc import Generator, Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from strun.batch.executors import Event, Started
from strun.batch.jobs import FAILED, Job, JobResult
from strun.batch.pipes import Inbox, send
from strun.errors import StepError, StrunError
from strun.logs import get_logger

if TYPE_CHECKING:
    import subprocess

__all__ = ["Processes"]

log = get_logger("jwst.batch")

_CODE = (
    "import sys; reading, writing, *sys.path = sys.argv[1:]\n"
    "from strun.batch.worker import main; main(int(reading), int(writing))"
)
# jobs that wait in a worker's pipe, so that it need not wait for the next
_AHEAD = 8
_ATTEMPTS = 2
_PATIENCE = 10.0
# open files of this process: pipes of a worker; logs, journal, and what a worker needs to begin
_FILES_OF_WORKER = 2
_OTHER_FILES = 24


def _pipe(*, closed_by: tuple[ExitStack, ExitStack]) -> tuple[int, int]:
    """Return the ends of a pipe, each of which something closes."""
    ends = os.pipe()
    for end, stack in zip(ends, closed_by, strict=True):
        stack.callback(os.close, end)
    return ends


def _within_descriptors(count: int) -> int:
    """Return how many workers, of as many, can have their pipes; a warning says when all cannot."""
    import resource

    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if limit == resource.RLIM_INFINITY:
        return count
    fitting = max(1, (limit - _OTHER_FILES) // _FILES_OF_WORKER)
    if fitting < count:
        log.warning(
            "%d of %d workers run: no more than %d files may be open at a time (ulimit -n)",
            *(fitting, count, limit),
        )
    return min(fitting, count)


class _Worker:
    """One worker process, and the jobs that it has."""

    def __init__(self, names: Sequence[str], level: int) -> None:
        import subprocess

        with ExitStack() as own, ExitStack() as its:
            # what is this process's own stays open when the worker has begun
            reading, self._jobs = _pipe(closed_by=(its, own))
            results, writing = _pipe(closed_by=(own, its))
            # -P: a folder jwst where the user happens to be is not this package
            command = [sys.executable, "-P", "-c", _CODE, str(reading), str(writing), *sys.path]
            # until it ignores Ctrl-C, which is for this process to hear of
            old = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
            its.callback(signal.pthread_sigmask, signal.SIG_SETMASK, old)
            self.process: subprocess.Popen[bytes] = subprocess.Popen(
                command,
                pass_fds=(reading, writing),
                stdin=subprocess.DEVNULL,
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
            )
            own.pop_all()
        self.inbox = Inbox(results)
        self.has: deque[Job] = deque()
        self._send((tuple(names), level, StrunError.for_shell))

    def give(self, job: Job) -> None:
        """Send a job."""
        self.has.append(job)
        self._send(job)

    def _send(self, what: object) -> None:
        # a worker that has died says so on its other pipe
        with suppress(BrokenPipeError):
            send(self._jobs, what)

    def end(self) -> None:
        """Ask it to stop what it is doing."""
        if self.process.poll() is None:
            self.process.terminate()

    def bury(self, patience: float) -> None:
        """Wait until it is gone, and kill it when that takes too long."""
        import subprocess

        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self._jobs)
        os.close(self.inbox.fd)


class Processes:
    """
    Does jobs in worker processes.

    A worker that dies costs one attempt of the job that it was doing; the second time that job has
    failed. Others go on.

    Parameters
    ----------
    count : int
        Workers.
    names : sequence of str
        Loggers of which lines are wanted, besides the usual ones.
    level : int
        The least level of them.

    Attributes
    ----------
    count : int
        Workers that can be had.
    """

    def __init__(self, count: int, *, names: Sequence[str] = (), level: int = 20) -> None:
        self.count = _within_descriptors(count)
        self._names = names
        self._level = level
        self._died: dict[int, int] = {}

    def run(self, jobs: Iterable[Job]) -> Generator[Event, None, None]:
        """Yield `Started` and `JobResult` of each job."""
        import selectors

        waiting = deque(jobs)
        workers: list[_Worker] = []
        selector = selectors.DefaultSelector()
        try:
            while waiting or any(worker.has for worker in workers):
                self._supply(workers, waiting, selector)
                for key, _ in selector.select():
                    worker: _Worker = key.data
                    yield from self._heard(worker)
                    if worker.inbox.ended:
                        selector.unregister(worker.inbox.fd)
                        workers.remove(worker)
                        yield from self._lost(worker, waiting)
        finally:
            _dismiss(workers)
            selector.close()

    def _supply(self, workers: list[_Worker], waiting: deque[Job], selector: object) -> None:
        """Start workers as long as there is something for them, and share out what waits."""
        import selectors

        assert isinstance(selector, selectors.BaseSelector)
        busy = sum(bool(worker.has) for worker in workers)
        while len(workers) < min(self.count, busy + len(waiting)):
            try:
                worker = _Worker(self._names, self._level)
            except OSError as err:
                self._make_do(len(workers), err)
                break
            workers.append(worker)
            selector.register(worker.inbox.fd, selectors.EVENT_READ, worker)
            busy += 1
        # the last jobs are kept until a worker is free, so that all end at about the same time
        ahead = max(1, min(_AHEAD, len(waiting) // (2 * self.count)))
        for worker in sorted(workers, key=lambda each: len(each.has)):
            while waiting and len(worker.has) < ahead:
                worker.give(waiting.popleft())

    def _make_do(self, running: int, err: OSError) -> None:
        """Go on with the workers that there are when the system lets no other begin."""
        reason = f"{err.strerror} (see ulimit -n, ulimit -u, and the memory)"
        if not running:
            raise StepError(f"no worker process can be started: {reason}") from err
        log.warning("%d of %d workers run: %s", running, self.count, reason)
        self.count = running

    @staticmethod
    def _heard(worker: _Worker) -> Generator[Event, None, None]:
        for said in worker.inbox.read():
            if isinstance(said, JobResult):
                worker.has.popleft()
                yield said
            else:
                yield Started(said, f"{os.uname().nodename}:{worker.process.pid}")

    def _lost(self, worker: _Worker, waiting: deque[Job]) -> Generator[Event, None, None]:
        """Take back the jobs of a worker that has died."""
        worker.bury(_PATIENCE)
        if not worker.has:
            return
        running, *others = worker.has
        waiting.extendleft(reversed(others))
        self._died[running.index] = self._died.get(running.index, 0) + 1
        if self._died[running.index] < _ATTEMPTS:
            # after all others, when there may be more memory
            waiting.append(replace(running, once=True))
            return
        code = worker.process.returncode
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        yield JobResult(
            running.index,
            running.path,
            FAILED,
            error=f"{running.path}: its worker process died {_ATTEMPTS} times ({how}), perhaps for "
            "lack of memory; use fewer --jobs",
            error_kind="StepError",
            worker=f"{os.uname().nodename}:{worker.process.pid}",
        )


def _dismiss(workers: Sequence[_Worker]) -> None:
    """End all workers; what they were writing is removed by themselves."""
    for worker in workers:
        worker.end()
    deadline = time.monotonic() + _PATIENCE
    for worker in workers:
        worker.bury(max(0.0, deadline - time.monotonic()))
