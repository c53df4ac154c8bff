"""One job done, in whichever process: errors become data, and nothing is raised."""

from __future__ import annotations

import os
import time
from typing import Any

from strun.batch.checked_input import about_input
from strun.batch.jobs import DONE, FAILED, Job, JobResult, file_version
from strun.batch.recipe import fresh_step
from strun.batch.resources import peak_since, reset_peak
from strun.errors import StrunError, words_of


def execute(
    job: Job,
    *,
    caught: tuple[type[BaseException], ...] = (Exception, SystemExit),
) -> JobResult:
    """
    Run a job's step on its exposure, and return what became of it, also when it failed.

    Parameters
    ----------
    job : Job
        What to do.
    caught : tuple of type, optional
        Exceptions that are a failure of the job. Where Ctrl-C cannot come, a KeyboardInterrupt is
        one too: the code of a step or hook has raised it.
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
    from strun.batch.resume import out_of_date

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
