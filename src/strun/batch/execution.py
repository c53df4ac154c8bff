"""One job done, in whichever process: errors and the log become data, and nothing is raised."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from strun.batch.checked_input import about_input
from strun.batch.jobs import DONE, FAILED, Job, JobResult, LogLine, file_version
from strun.batch.recipe import fresh_step
from strun.batch.resources import peak_since, reset_peak
from strun.errors import StrunError, words_of
from strun.logs import NAMES


def execute(
    job: Job,
    *,
    caught: tuple[type[BaseException], ...] = (Exception, SystemExit),
) -> JobResult:
    """
    Run a job's step on its exposure, and return what became of it, also when it failed.

    Exceptions that are `caught` are a failure of the job.
    """
    from strun.steps.running import run_on_file

    reset_peak()
    started = time.perf_counter()
    said: dict[str, Any] = {}
    try:
        if job.retried and _published(job):
            said = {"outcome": DONE, "product": job.product}
        else:
            step = fresh_step(job.recipe)
            outcome = run_on_file(step, job.path, save=job.save, announced=True)
            said = {
                "outcome": DONE,
                "status": outcome.status,
                "product": outcome.product,
                "beside": outcome.beside,
                "effects": {
                    name: effect._replace(numbers=_plain(effect.numbers))
                    for name, effect in outcome.effects.items()
                },
            }
    except MemoryError as err:
        said = _failure(job, err, "not enough memory")
    except caught as err:
        said = _failure(job, err, words_of(err))
    return JobResult(
        job.index,
        job.path,
        seconds=time.perf_counter() - started,
        peak=peak_since(),
        worker=f"{os.uname().nodename}:{os.getpid()}",
        **said,
    )


def _failure(job: Job, err: BaseException, text: str) -> dict[str, Any]:
    trace = ""
    if job.trace:
        import traceback

        trace = "".join(traceback.format_exception(err))
    kind = type(err).__name__
    error = about_input(text, job.path, job.source, job.product)
    return {"outcome": FAILED, "error": error, "error_kind": kind, "trace": trace}


def _published(job: Job) -> bool:
    """Whether a worker that was lost had published the product before."""
    now = file_version(job.product)
    if job.product is None or now is None or now == job.before:
        return False
    from strun.batch.preflight import out_of_date

    try:
        return out_of_date(fresh_step(job.recipe), job.path, job.product) == []
    except StrunError:
        return False


def _plain(value: Any) -> Any:  # noqa: ANN401
    """Return numbers of numpy as those of Python: they are smaller, and JSON."""
    if type(value) is int or type(value) is float:
        return value
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        if {*map(type, value)} <= {int, float}:
            return list(value)
        return [_plain(each) for each in value]
    return value.item() if hasattr(value, "item") and hasattr(value, "dtype") else value


class LogCollector(logging.Handler):
    """
    Collects the log of a process that is not the user's, one job after the other.

    Where jobs run in several threads, each thread has the lines of its own.
    """

    def __init__(self, *, by_thread: bool = False) -> None:
        super().__init__()
        self._job: Any = threading.local() if by_thread else SimpleNamespace()

    def attach(self, names: Sequence[str], level: int) -> None:
        """Collect from these loggers, and those of steps, runner, CRDS and warnings."""
        for name in {*NAMES, *names}:
            logging.getLogger(name).addHandler(self)
            logging.getLogger(name).setLevel(level)

    def begin(self) -> list[LogLine]:
        """Return the list into which the lines of the next job will come."""
        self._job.lines = []
        return self._job.lines  # type: ignore[no-any-return]

    def execute(self, job: Job) -> JobResult:
        """Do a job, and return what became of it with its log."""
        lines = self.begin()
        # where Ctrl-C cannot come, the code of a step or hook has raised it
        result = execute(job, caught=(Exception, SystemExit, KeyboardInterrupt))
        return replace(result, log=tuple(lines))

    def emit(self, record: logging.LogRecord) -> None:
        """Add a line; what is logged outside of a job is left out."""
        lines: list[LogLine] | None = getattr(self._job, "lines", None)
        if lines is not None:
            lines.append((record.created, record.name, record.levelno, record.getMessage()))


def log_level() -> int:
    """Return the least level of log lines that are wanted."""
    return logging.getLogger("jwst").getEffectiveLevel()


def log_again(lines: Sequence[LogLine]) -> None:
    """Log what a worker would have logged."""
    for created, name, level, text in lines:
        logger = logging.getLogger(name)
        record = logger.makeRecord(name, level, "", 0, text, (), None)
        record.created, record.msecs = created, int(created % 1 * 1000)
        logger.handle(record)
