"""How a batch is run, as its user asks."""

from __future__ import annotations

import re
from typing import NamedTuple

from strun.errors import ValidationError

__all__ = ["How", "worker_count"]

_COUNT = re.compile("0*[1-9][0-9]{0,5}")


def worker_count(jobs: int | str) -> int:
    """
    Return how many workers are asked for, 0 when that is to be chosen.

    Parameters
    ----------
    jobs : int or str
        A number in decimal digits, or ``auto``.

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


class How(NamedTuple):
    """
    How a batch is run.

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
        Leave out the inputs whose product is there, complete and the same.
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
