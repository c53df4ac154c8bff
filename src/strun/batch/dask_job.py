"""A job in a worker of a Dask cluster: one of several threads, perhaps, of a process not ours."""

from __future__ import annotations

import logging
import threading

from strun.batch.jobs import Job, JobResult, LogLine
from strun.batch.log_lines import line_of
from strun.logs import NAMES, names_of

__all__ = ["work"]


class _Collector(logging.Handler):
    """Keeps the log of each thread apart."""

    def __init__(self) -> None:
        super().__init__()
        self.mine = threading.local()

    def emit(self, record: logging.LogRecord) -> None:
        lines: list[LogLine] | None = getattr(self.mine, "lines", None)
        if lines is not None:
            lines.append(line_of(record))


_collector = _Collector()


def _collecting(names: tuple[str, ...], level: int) -> None:
    for name in {*NAMES, *names}:
        logger = logging.getLogger(name)
        if _collector not in logger.handlers:
            logger.addHandler(_collector)
        logger.setLevel(level)


def work(job: Job, topic: str) -> JobResult:
    """
    Do a job.

    Parameters
    ----------
    job : Job
        With absolute paths.
    topic : str
        Where the client listens for what begins.
    """
    from dataclasses import replace

    from distributed import get_worker

    from strun.batch.work import execute
    from strun.engine import workers
    from strun.steps.registry import find_class

    me = get_worker()
    me.log_event(topic, {"index": job.index, "worker": me.address})
    # the cluster says how many jobs a machine does at a time
    workers.use_one()
    _collecting(names_of(find_class(job.recipe.step)), job.level)
    lines = _collector.mine.lines = []
    result = execute(job, caught=(Exception, SystemExit, KeyboardInterrupt))
    return replace(result, log=tuple(lines), worker=me.address)
