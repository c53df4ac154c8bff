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
    One exposure to run a step on.

    Attributes
    ----------
    index : int
        Its place in the batch.
    path : str
        The input, as the user wrote it.
    recipe : Recipe
        The step and its parameters.
    source : str
        Where the input lies.
    save : bool
        As for `strun.steps.running.run_on_file`.
    level : int
        The least level of log lines that are wanted.
    trace : bool
        Whether the traceback of an error is wanted.
    product : str or None
        Where the product is expected.
    before : tuple or None
        What is there before the batch.
    retried : bool
        A worker may have been lost over it: leave its product alone when it is whole.
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
    What became of one exposure.

    Attributes
    ----------
    index : int
        Its place in the batch.
    path : str
        The input, as the user wrote it.
    outcome : str
        ``done``, ``up to date`` (its product was complete and the same), ``failed``, ``not run``.
    status : str
        COMPLETE or SKIPPED, of the step; empty when it did not run to its end.
    product : str or None
        The product, None when nothing was saved.
    seconds : float
        Wall time.
    peak : int
        Largest resident memory of the process meanwhile, in bytes; 0 when it is not known.
    error : str
        One line for a person.
    error_kind : str
        Name of the error's class.
    picture_error : str
        Why the picture of the product could not be drawn.
    trace : str
        Its traceback, when it was asked for.
    effects : dict
        What each step did.
    log : tuple
        Lines of the log; see `LogLine`.
    worker : str
        Host and process.
    beside : tuple of str
        Other products of the same run.
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
