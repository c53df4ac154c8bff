"""What became of a batch: rows of a table, numbers, and the exposures that stand out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from strun.batch.jobs import DONE, FAILED, NOT_RUN, UP_TO_DATE, JobResult
from strun.effects.effect import numbers_of
from strun.effects.outliers import Outlier, find_outliers

if TYPE_CHECKING:
    from astropy.table import Table

__all__ = ["Report"]


@dataclass(frozen=True)
class Report:
    """
    What became of a batch; prints as a table.

    Attributes
    ----------
    step : str
        Path of the step's class.
    results : sequence of JobResult
        One for each input, in their order.
    kinds : sequence of str
        Detector and subarray of each.
    seconds : float
        Wall time of the whole batch.
    workers : int
        How many worked at a time.
    interrupted : bool
        Whether it was ended from outside.
    """

    step: str
    results: Sequence[JobResult]
    kinds: Sequence[str] = ()
    seconds: float = 0.0
    workers: int = 1
    interrupted: bool = False

    def count(self, outcome: str) -> int:
        """Return how many inputs had an outcome."""
        return sum(result.outcome == outcome for result in self.results)

    @property
    def counts(self) -> dict[str, int]:
        """Outcome to number of inputs."""
        return {word: self.count(word) for word in (DONE, UP_TO_DATE, FAILED, NOT_RUN)}

    @property
    def failed(self) -> list[JobResult]:
        """Those that failed."""
        return [result for result in self.results if result.failed]

    @property
    def exit_code(self) -> int:
        """0 when all is there, 1 when products or pictures are missing, 130 interrupted."""
        if self.interrupted:
            return 130
        missing = self.count(FAILED) or self.count(NOT_RUN) or self.without_picture
        return 1 if missing else 0

    @property
    def without_picture(self) -> int:
        """How many products have no picture because it could not be drawn."""
        return sum(bool(result.picture_error) for result in self.results)

    @cached_property
    def effects(self) -> dict[str, dict[str, Any]]:
        """Input to what the step did to it, in numbers."""
        return {each.path: numbers_of(each.effects) for each in self.results if each.effects}

    @cached_property
    def outliers(self) -> list[Outlier]:
        """The exposures that stand out of their batch, the farthest first."""
        kinds = {result.path: kind for result, kind in zip(self.results, self.kinds, strict=False)}
        return find_outliers(self.effects, kinds)

    def to_table(self) -> Table:
        """Return an astropy table with a row for each input; seconds in s, peaks in byte."""
        from astropy import units
        from astropy.table import Table

        rows = self.results
        table = Table(
            {
                "input": [row.path for row in rows],
                "outcome": [row.outcome for row in rows],
                "status": [row.status for row in rows],
                "product": [row.product or "" for row in rows],
                "seconds": [row.seconds for row in rows] * units.s,
                "peak": [row.peak for row in rows] * units.byte,
                "effect": [row.effect for row in rows],
                "error": [row.error for row in rows],
            },
            dtype=["U", "U", "U", "U", "f8", "i8", "U", "U"],
        )
        table.meta.update(step=self.step, seconds=self.seconds, workers=self.workers)
        return table

    def to_json(self) -> dict[str, Any]:
        """Return everything, as text, numbers and lists."""
        from strun.batch.summary import as_json

        return as_json(self)

    def __str__(self) -> str:
        from strun.batch.summary import as_text

        return as_text(self)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from strun.batch.summary import as_html

        return as_html(self)
