"""What does the jobs of a batch: this process, workers, or a cluster; each tells what happens."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable, Sequence
from typing import Protocol

from strun.batch.batch_options import BatchOptions
from strun.batch.jobs import Event, Job, Started
from strun.batch.recipe import Recipe
from strun.steps import registry


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
        from strun.batch.execution import execute

        worker = f"{os.uname().nodename}:{os.getpid()}"
        for job in jobs:
            yield Started(job.index, worker)
            yield execute(job)


def choose_executor(
    recipe: Recipe, options: BatchOptions, jobs: Sequence[Job], *, peak: int
) -> Executor:
    """
    Return what is to do the jobs, of which the largest takes `peak` bytes (0: unknown).

    Raises
    ------
    StepError
        When no scheduler answers, or workers could not import the step.
    """
    if options.scheduler is not None:
        from strun.batch.dask_cluster import DaskCluster

        recipe.require_importable()
        return DaskCluster(options.scheduler)
    count = options.jobs
    if count == 0 or options.max_memory is not None:
        from strun.batch.resources import choose_count, free_memory

        memory = free_memory() if options.max_memory is None else options.max_memory
        fitting = choose_count(len(jobs), peak=peak, memory=memory)
        count = fitting if count == 0 else min(count, fitting)
    count = max(1, min(count, len(jobs)))
    if count == 1 and options.jobs <= 1:
        return Serial()
    from strun.batch.log_lines import log_level
    from strun.batch.processes import Processes
    from strun.logs import names_of

    recipe.require_importable()
    names = names_of(registry.find_class(recipe.step))
    return Processes(count, names=names, level=log_level())
