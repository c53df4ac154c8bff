"""What a user says for a whole batch."""

from __future__ import annotations

import re
from typing import NamedTuple

from strun.errors import ValidationError

_COUNT = re.compile("0*[1-9][0-9]{0,5}")


def worker_count(jobs: int | str) -> int:
    """
    Return how many workers a number in decimal digits asks for, 0 for ``auto``.

    Raises
    ------
    ValidationError
        When it is neither.
    """
    text = str(jobs).strip().lower()
    if text == "auto":
        return 0
    if isinstance(jobs, bool) or not _COUNT.fullmatch(text):
        raise ValidationError(f"jobs is {jobs!r}; expected 1, 2 ... or auto")
    return int(text)


class BatchOptions(NamedTuple):
    """
    What a user says for a whole batch.

    Attributes
    ----------
    jobs : int
        Worker processes; 0 chooses: as many as cores, inputs and memory allow.
    scheduler : str or None
        Address or file of a Dask scheduler whose workers do the jobs.
    max_memory : int or None
        Bytes that all workers together may take; what is free when None.
    strict : bool
        Run nothing when one input cannot be run.
    resume : bool
        Leave out the inputs whose product is up to date.
    journal : bool
        Keep a journal beside the products.
    save : bool
        As for `strun.steps.running.run_on_file`.
    trace : bool
        Whether tracebacks of errors are wanted.
    """

    jobs: int = 1
    scheduler: str | None = None
    max_memory: int | None = None
    strict: bool = False
    resume: bool = False
    journal: bool = True
    save: bool = True
    trace: bool = False
