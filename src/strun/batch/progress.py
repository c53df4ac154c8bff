"""How far a batch is: the line of an exposure that ended, and the rate."""

from __future__ import annotations

import time
from collections.abc import Callable

from strun.batch.jobs import DONE, JobResult

__all__ = ["Rate", "line"]


def line(result: JobResult, number: int, count: int, *, effect: bool = True) -> str:
    """
    Return what is said of an exposure when it has ended.

    Parameters
    ----------
    result : JobResult
        What became of it.
    number, count : int
        How many have ended, of how many.
    effect : bool, optional
        Whether to say what the step did; the log of the step says it too.
    """
    what = result.status.lower() if result.outcome == DONE and result.status else result.outcome
    where = f" -> {result.product}" if result.product else ""
    numbers = f": {result.effect}" if effect and result.effect else ""
    return f"[{number}/{count}] {result.path}{where}, {what}, {result.seconds:.3g} s{numbers}"


class Rate:
    """
    Exposures a second.

    Parameters
    ----------
    clock : callable, optional
        Returns seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._started = clock()

    def text(self, done: int) -> str:
        """Return the rate after so many exposures, per second or per minute."""
        seconds = self._clock() - self._started
        if seconds <= 0:
            return ""
        rate = done / seconds
        return f"{rate:.1f}/s" if rate >= 1 else f"{60 * rate:.1f}/min"
