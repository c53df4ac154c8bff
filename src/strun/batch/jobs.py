"""What is done for one exposure, as data: it goes to workers and comes back."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from strun.batch.recipe import Recipe
from strun.effects.effect import Effect, brief_of, line_of

DONE, UP_TO_DATE, FAILED, NOT_RUN = "done", "up to date", "failed", "not run"

# time, logger, level and text of one line of the log
LogLine = tuple[float, str, int, str]
# what tells a file from the one that takes its place: inode, size, time of change
FileVersion = tuple[int, int, int]


@dataclass(frozen=True)
class Job:
    """
    One exposure to run a step on: its place in the batch, and its path as the user wrote it.

    The input lies at `source`. `save` is as for `strun.steps.running.run_on_file`. Log lines are
    wanted from `level` on, and a `trace` is one of errors. Where the `product` is expected there
    was `before` the batch. One that is `retried` may have cost a worker already: its product is
    left alone when it is whole.
    """

    index: int
    path: str
    recipe: Recipe
    source: str = ""
    save: bool = True
    level: int = 20
    trace: bool = False
    product: str | None = None
    before: FileVersion | None = None
    retried: bool = False


@dataclass(frozen=True)
class Started:
    """A job begins; `worker` is a host and a process."""

    index: int
    worker: str


@dataclass(frozen=True)
class JobResult:
    """
    What became of one exposure: its place in the batch, and its path as the user wrote it.

    `outcome` is one of `DONE`, `UP_TO_DATE` (its product was complete and the same), `FAILED` and
    `NOT_RUN`; `status` is COMPLETE or SKIPPED, of the step, and empty when it did not run to its
    end. `product` is None when nothing was saved, and other products of the run lie `beside` it.
    `seconds` are wall time, `peak` is the largest resident memory of the process meanwhile in bytes
    (0: not known), `worker` names host and process.

    `error` is one line for a person, `error_kind` the name of its class, `trace` its traceback when
    that was asked for. `picture_error` says why the picture of the product could not be drawn.
    """

    index: int
    path: str
    outcome: str
    status: str = ""
    product: str | None = None
    seconds: float = 0.0
    peak: int = 0
    error: str = ""
    error_kind: str = ""
    picture_error: str = ""
    trace: str = ""
    effects: dict[str, Effect] = field(default_factory=dict)
    log: tuple[LogLine, ...] = ()
    worker: str = ""
    beside: tuple[str, ...] = ()

    @property
    def result(self) -> str:
        """What is said of it in a word: the status of the step, or the outcome."""
        return self.status.lower() if self.outcome == DONE and self.status else self.outcome

    @property
    def failed(self) -> bool:
        """Whether it failed."""
        return self.outcome == FAILED

    @property
    def effect(self) -> str:
        """What was done, in one line of numbers; empty when nothing was counted."""
        return line_of(self.effects)

    @property
    def brief(self) -> str:
        """The same in a few words, for a column of a table."""
        return brief_of(self.effects)


Event = Started | JobResult


def file_version(path: str | None) -> FileVersion | None:
    """Return what tells a file from another that takes its place, None when there is none."""
    try:
        status = os.stat(path) if path is not None else None
    except OSError:
        return None
    return None if status is None else (status.st_ino, status.st_size, status.st_mtime_ns)
