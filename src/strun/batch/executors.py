"""What does the jobs of a batch, as its options say: this process, workers, or a cluster."""

from __future__ import annotations

import os
import re
from collections.abc import Generator, Iterable, Sequence
from typing import NamedTuple, Protocol

from strun.batch.execution import execute, log_level
from strun.batch.jobs import Event, Job, Started
from strun.batch.recipe import Recipe
from strun.batch.resources import choose_count, free_memory
from strun.errors import ValidationError
from strun.logs import names_of
from strun.steps import registry

_COUNT = re.compile("0*[1-9][0-9]{0,5}")


def worker_count(jobs: int | str) -> int:
    """Return how many workers a number in decimal digits asks for, 0 for ``auto``."""
    text = str(jobs).strip().lower()
    if text == "auto":
        return 0
    if isinstance(jobs, bool) or not _COUNT.fullmatch(text):
        raise ValidationError(f"jobs is {jobs!r}; expected 1, 2 ... or auto")
    return int(text)


class BatchOptions(NamedTuple):
    """
    What a user says for a whole batch.

    No number of worker processes (0) means as many as cores, inputs and memory allow; a Dask
    `scheduler`, by its address or file, has workers of its own. All workers together may take
    `max_memory` bytes, or what is free. A `strict` batch runs nothing when one input cannot be run,
    and one with `resume` leaves out inputs whose product is up to date. `save` is as for
    `strun.steps.running.run_on_file`; with `trace`, results have the tracebacks of errors.
    """

    jobs: int = 1
    scheduler: str | None = None
    max_memory: int | None = None
    strict: bool = False
    resume: bool = False
    journal: bool = True
    save: bool = True
    trace: bool = False


class Executor(Protocol):
    """
    Does jobs.

    Closing the generator ends what is running; temporary files are gone then.
    """

    @property
    def workers(self) -> int:
        """How many jobs are done at a time."""

    def run(self, jobs: Iterable[Job]) -> Generator[Event, None, None]:
        """Yield `Started` and `JobResult` of each job, in the order in which they happen."""


class Serial:
    """Does one job after the other in this process; the log goes where it always does."""

    workers = 1

    def run(self, jobs: Iterable[Job]) -> Generator[Event, None, None]:
        """Yield `Started` and `JobResult` of each job."""
        worker = f"{os.uname().nodename}:{os.getpid()}"
        for job in jobs:
            yield Started(job.index, worker)
            yield execute(job)


def choose_executor(
    recipe: Recipe, options: BatchOptions, jobs: Sequence[Job], *, peak: int
) -> Executor:
    """
    Return what is to do the jobs, of which the largest takes `peak` bytes (0: unknown).

    Raises StepError when no scheduler answers, or workers could not import the step.
    """
    if options.scheduler is not None:
        from strun.batch.dask_cluster import DaskCluster

        recipe.require_importable()
        return DaskCluster(options.scheduler)
    count = options.jobs
    if count == 0 or options.max_memory is not None:
        memory = free_memory() if options.max_memory is None else options.max_memory
        fitting = choose_count(len(jobs), peak=peak, memory=memory)
        count = fitting if count == 0 else min(count, fitting)
    count = max(1, min(count, len(jobs)))
    if count == 1 and options.jobs <= 1:
        return Serial()
    from strun.batch.processes import Processes

    recipe.require_importable()
    names = names_of(registry.find_class(recipe.step))
    return Processes(count, names=names, level=log_level())
