"""A worker process: it reads jobs from a pipe, does them, and writes what became of them."""

from __future__ import annotations

import os
import queue
import signal
import threading
from types import FrameType
from typing import NoReturn

from strun.batch.pipes import receive, send
from strun.errors import StrunError
from strun.streams import make_lossy

__all__ = ["main"]


class _Ended(BaseException):
    """SIGTERM, as an exception, so that temporary files are removed."""


def _end(_: int, __: FrameType | None) -> NoReturn:
    raise _Ended


def _listen(fd: int, jobs: queue.SimpleQueue[object]) -> None:
    """Take in jobs; when the batch's own process is gone, go too."""
    from strun.steps.hook_process import end_running

    try:
        while True:
            jobs.put(receive(fd))
    except (EOFError, OSError):
        # killed, perhaps: nobody would hear of the job that is running
        end_running()
        os._exit(1)


def main(reading: int, writing: int) -> None:
    """
    Work until told to stop.

    Parameters
    ----------
    reading, writing : int
        Pipes of jobs (None: no more) and of what became of them.
    """
    # what a step or a hook prints must not end it
    make_lossy()
    # the batch's own process hears of Ctrl-C, and ends its workers
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _end)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    jobs: queue.SimpleQueue[object] = queue.SimpleQueue()
    names, level, StrunError.for_shell = receive(reading)
    try:
        _work(writing, jobs, names, level, reading)
    except (_Ended, BrokenPipeError):
        os._exit(143)
    os._exit(0)


def _work(
    writing: int, jobs: queue.SimpleQueue[object], names: tuple[str, ...], level: int, reading: int
) -> None:
    from dataclasses import replace

    from strun.batch.jobs import Job
    from strun.batch.log_lines import collected
    from strun.batch.work import execute
    from strun.engine import workers

    # other workers have the other cores
    workers.use_one()
    threading.Thread(target=_listen, args=(reading, jobs), daemon=True).start()
    with collected(names, level) as log:
        while isinstance(job := jobs.get(), Job):
            send(writing, job.index)
            result = execute(job, caught=(Exception, SystemExit, KeyboardInterrupt))
            send(writing, replace(result, log=tuple(log)))
            log.clear()
