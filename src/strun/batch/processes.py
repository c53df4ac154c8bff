"""Jobs done by worker processes of this machine.

`concurrent.futures` and `multiprocessing.Pool` are no way to have them: when one process of theirs
is killed (memory!) the first gives all jobs up, and the second waits forever.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Generator, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace

from strun.batch.jobs import FAILED, Event, Job, JobResult, Started
from strun.batch.worker import Connection
from strun.errors import StepError, StrunError
from strun.logs import get_logger

log = get_logger("jwst.batch")

# jobs that wait in a worker's connection, so that it need not wait for the next
_AHEAD = 8
_ATTEMPTS = 2
# seconds that a worker may take to end
_PATIENCE = 10.0
# open files of this process besides the connections: log, journal, what a worker needs to begin
_OTHER_FILES = 24
_CODE = (
    "import sys; fd, *sys.path = sys.argv[1:]\nfrom strun.batch.worker import main; main(int(fd))"
)


def _within_descriptors(count: int) -> int:
    """Return how many workers, of as many, can be connected; warn when all cannot."""
    import resource

    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    fitting = count if limit == resource.RLIM_INFINITY else max(1, limit - _OTHER_FILES)
    if fitting < count:
        log.warning(
            "%d of %d workers run: no more than %d files may be open at a time (ulimit -n)",
            *(fitting, count, limit),
        )
    return min(fitting, count)


class Worker:
    """
    A worker process, seen from the batch's.

    It is a new Python, as multiprocessing's *spawn* makes it, but does not import the user's
    program again, and needs no further process that watches over resources. It sends log lines of
    the usual loggers and those of these names, from a level on. Its `connection` is readable when
    there is an event, or the process has ended; of its unfinished `jobs` the first is running.
    """

    def __init__(self, names: Sequence[str], level: int) -> None:
        mine, its = socket.socketpair()
        self.connection, its_end = Connection(mine.detach()), its.detach()
        self.jobs: deque[Job] = deque()
        # -P: a folder jwst where the user happens to be is not this package
        command = [sys.executable, "-P", "-c", _CODE, str(its_end), *sys.path]
        # until it ignores Ctrl-C, which is for this process
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self._process = subprocess.Popen(
                command,
                pass_fds=[its_end],
                stdin=subprocess.DEVNULL,
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
            )
        except OSError:
            self.connection.close()
            raise
        finally:
            os.close(its_end)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        self.name = f"{os.uname().nodename}:{self._process.pid}"
        self._send((tuple(names), level, StrunError.for_shell))

    def give(self, job: Job) -> None:
        """Send a job."""
        self.jobs.append(job)
        self._send(job)

    def _send(self, what: object) -> None:
        # that it has died is seen when its events are read
        with suppress(ConnectionError):
            self.connection.send(what)

    def event(self) -> Event | None:
        """Return the next event, None when the process has ended."""
        try:
            received = self.connection.recv()
        except (EOFError, OSError):
            return None
        if isinstance(received, JobResult):
            self.jobs.popleft()
            return received
        return Started(received, self.name)

    def terminate(self) -> None:
        """Ask it to stop what it is doing; it removes its temporary files."""
        if self._process.poll() is None:
            self._process.terminate()

    def close(self, patience: float) -> str:
        """Wait until it has ended, kill it when that takes too long, and return how it ended."""
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self.connection.close()
        code = self._process.wait()
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"


class Processes:
    """
    Does jobs in worker processes.

    A worker that dies costs one attempt of the job that it was doing; the second time that job has
    failed. Others go on. Of the `count` workers as many run as can be had. They collect log lines
    of the usual loggers and those of these names, from a level on.
    """

    def __init__(self, count: int, *, names: Sequence[str] = (), level: int = 20) -> None:
        self.workers = _within_descriptors(count)
        self._names = names
        self._level = level
        self._deaths: dict[int, int] = {}

    def run(self, jobs: Iterable[Job]) -> Generator[Event, None, None]:
        """Yield `Started` and `JobResult` of each job."""
        waiting = deque(jobs)
        workers: dict[int, Worker] = {}
        try:
            while waiting or any(worker.jobs for worker in workers.values()):
                self._start_workers(workers, waiting)
                self._share_out(list(workers.values()), waiting)
                poll = select.poll()
                for fd in workers:
                    poll.register(fd, select.POLLIN)
                for fd, _ in poll.poll():
                    event = workers[fd].event()
                    if event is None:
                        event = self._after_death(workers.pop(fd), waiting)
                    if event is not None:
                        yield event
        finally:
            for worker in workers.values():
                worker.terminate()
            deadline = time.monotonic() + _PATIENCE
            for worker in workers.values():
                worker.close(max(0.0, deadline - time.monotonic()))

    def _start_workers(self, workers: dict[int, Worker], waiting: deque[Job]) -> None:
        """Start workers as long as there is something for them, and the system lets them begin."""
        busy = sum(bool(worker.jobs) for worker in workers.values())
        for _ in range(min(self.workers, busy + len(waiting)) - len(workers)):
            try:
                worker = Worker(self._names, self._level)
            except OSError as err:
                reason = f"{err.strerror} (see ulimit -n, ulimit -u, and the memory)"
                if not workers:
                    raise StepError(f"no worker process can be started: {reason}") from err
                log.warning("%d of %d workers run: %s", len(workers), self.workers, reason)
                self.workers = len(workers)
                return
            workers[worker.connection.fd] = worker

    def _share_out(self, workers: Sequence[Worker], waiting: deque[Job]) -> None:
        # the last jobs are kept until a worker is free, so that all end at about the same time
        ahead = max(1, min(_AHEAD, len(waiting) // (2 * self.workers)))
        for worker in sorted(workers, key=lambda each: len(each.jobs)):
            while waiting and len(worker.jobs) < ahead:
                worker.give(waiting.popleft())

    def _after_death(self, worker: Worker, waiting: deque[Job]) -> JobResult | None:
        """Take back the jobs of a worker that has died; return the failure of the running one."""
        ended = worker.close(_PATIENCE)
        if not worker.jobs:
            return None
        running, *others = worker.jobs
        waiting.extendleft(reversed(others))
        self._deaths[running.index] = self._deaths.get(running.index, 0) + 1
        if self._deaths[running.index] < _ATTEMPTS:
            # after all others, when there may be more memory
            waiting.append(replace(running, retried=True))
            return None
        return JobResult(
            running.index,
            running.path,
            FAILED,
            error=f"{running.path}: its worker process died {_ATTEMPTS} times ({ended}), perhaps "
            "for lack of memory; use fewer --jobs",
            error_kind="StepError",
            worker=worker.name,
        )
