"""Who does the jobs of a batch: this process, or workers; each tells what begins and what ends."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import Protocol

from strun.batch.jobs import Job, JobResult

__all__ = ["Event", "Executor", "Serial", "Started"]


@dataclass(frozen=True)
class Started:
    """A job begins."""

    index: int
    worker: str


Event = Started | JobResult


class Executor(Protocol):
    """
    Does jobs.

    Closing the generator ends what is running; temporary files are gone then.
    """

    def run(self, jobs: Iterable[Job]) -> Generator[Event, None, None]:
        """Yield `Started` and `JobResult` of each job, in the order in which they happen."""


class Serial:
    """Does one job after the other in this process; the log goes where it always does."""

    def run(self, jobs: Iterable[Job]) -> Generator[Event, None, None]:
        """Yield `Started` and `JobResult` of each job."""
        import os

        from strun.batch.work import execute

        me = f"{os.uname().nodename}:{os.getpid()}"
        for job in jobs:
            yield Started(job.index, me)
            yield execute(job)
