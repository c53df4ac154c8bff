"""The program of a worker process, and the connection through which jobs come and results go."""

from __future__ import annotations

import os
import pickle
import signal
import struct
import threading
from queue import SimpleQueue
from types import FrameType
from typing import Any, NoReturn

from strun.batch.execution import LogCollector
from strun.batch.jobs import Job
from strun.engine import workers
from strun.errors import StrunError
from strun.logs import NAMES, Target, applied
from strun.steps.shell_hooks import end_running
from strun.streams import make_lossy

_LENGTH = struct.Struct("!i")


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


class _Terminated(BaseException):
    """SIGTERM, as an exception, so that temporary files are removed."""


def _terminate(_: int, __: FrameType | None) -> NoReturn:
    raise _Terminated


def main(fd: int) -> None:
    """Do jobs until told to stop: the program of the worker process, `fd` its end of the pipe."""
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
    try:
        while True:
            jobs.put(connection.recv())
    except (EOFError, OSError):
        # killed, perhaps: the job that is running would never be reported
        end_running()
        os._exit(1)
