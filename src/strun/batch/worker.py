"""A worker process and its connection: jobs go there, what became of them comes back."""

from __future__ import annotations

import os
import pickle
import signal
import struct
import sys
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

from strun.batch.jobs import Event, Job, JobResult, Started
from strun.errors import StrunError

if TYPE_CHECKING:
    from queue import SimpleQueue

_LENGTH = struct.Struct("!i")

_CODE = (
    "import sys; fd, *sys.path = sys.argv[1:]\nfrom strun.batch.worker import main; main(int(fd))"
)


class Connection:
    """
    One end of a nameless socket pair, through which objects go.

    It is what `multiprocessing.connection` has; importing that costs each process 20 ms.
    """

    def __init__(self, fd: int) -> None:
        self.fd = fd

    def send(self, value: object) -> None:
        """Send an object."""
        data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        view = memoryview(_LENGTH.pack(len(data)) + data)
        while view:
            view = view[os.write(self.fd, view) :]

    def recv(self) -> Any:  # noqa: ANN401
        """Receive an object, waiting for it; raise EOFError when the other end is closed."""
        (size,) = _LENGTH.unpack(self._exactly(_LENGTH.size))
        return pickle.loads(self._exactly(size))

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            piece = os.read(self.fd, size - len(data))
            if not piece:
                raise EOFError
            data += piece
        return data

    def close(self) -> None:
        """Close this end."""
        os.close(self.fd)


class Worker:
    """
    A worker process, seen from the batch's.

    It is a new Python, as multiprocessing's *spawn* makes it, but does not import the user's
    program again, and needs no further process that watches over resources. It sends log lines of
    the usual loggers and those of these names, from a level on. Its `connection` is readable when
    there is an event, or the process has ended; of its unfinished `jobs` the first is running.
    """

    def __init__(self, names: Sequence[str], level: int) -> None:
        import socket
        import subprocess

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
        import subprocess

        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self.connection.close()
        code = self._process.wait()
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"


class _Terminated(BaseException):
    """SIGTERM, as an exception, so that temporary files are removed."""


def _terminate(_: int, __: FrameType | None) -> NoReturn:
    raise _Terminated


def main(fd: int) -> None:
    """Do jobs until told to stop: the program of the worker process, `fd` its end of the pipe."""
    from strun.streams import make_lossy

    # what a step or a hook prints must not end it
    make_lossy()
    # Ctrl-C is for the batch's own process, which ends its workers
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _terminate)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    connection = Connection(fd)
    names, level, StrunError.for_shell = connection.recv()
    try:
        _work(connection, names, level)
    except (_Terminated, ConnectionError):
        os._exit(143)


def _work(connection: Connection, names: tuple[str, ...], level: int) -> NoReturn:
    from queue import SimpleQueue

    from strun.batch.execution import LogCollector
    from strun.engine import workers
    from strun.logs import NAMES, Target, applied

    # other workers have the other cores
    workers.use_one()
    workers.keep_freed_memory()
    jobs: SimpleQueue[Job] = SimpleQueue()
    threading.Thread(target=_receive, args=(connection, jobs), daemon=True).start()
    with applied(Target(str(level), ("null",)), *NAMES, *names):
        collector = LogCollector()
        collector.attach(names, level)
        while True:
            job = jobs.get()
            connection.send(job.index)
            connection.send(collector.execute(job))


def _receive(connection: Connection, jobs: SimpleQueue[Job]) -> None:
    """Receive jobs while others run; when the batch's own process is gone, end at once."""
    from strun.steps.hook_process import end_running

    try:
        while True:
            jobs.put(connection.recv())
    except (EOFError, OSError):
        # killed, perhaps: the job that is running would never be reported
        end_running()
        os._exit(1)
