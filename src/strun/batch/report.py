"""What became of a batch: as a table of text, of HTML, of astropy, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from strun.batch.jobs import DONE, FAILED, NOT_RUN, UP_TO_DATE, JobResult
from strun.effects.effect import numbers_of
from strun.effects.outliers import Outlier, find_outliers

if TYPE_CHECKING:
    from astropy.table import Table

# of longer batches only what needs a look is listed
_MOST_ROWS = 20
_HEAD = ("input", "result", "time", "peak", "effect")
_COLUMNS = 80
_RESULT, _TIME, _PEAK = 10, 8, 7
_LONGEST_NAME = 34

Cells: TypeAlias = tuple[str, str, str, str, str]
"""Input, result, time, peak memory, effect."""


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

    @property
    def counts(self) -> dict[str, int]:
        """Outcome to number of inputs."""
        outcomes = [result.outcome for result in self.results]
        return {word: outcomes.count(word) for word in (DONE, UP_TO_DATE, FAILED, NOT_RUN)}

    @property
    def failed(self) -> list[JobResult]:
        """Those that failed."""
        return [result for result in self.results if result.failed]

    @property
    def exit_code(self) -> int:
        """0 when all is there, 1 when products or pictures are missing, 130 interrupted."""
        if self.interrupted:
            return 130
        missing = self.counts[FAILED] or self.counts[NOT_RUN] or self.without_picture
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
        from strun import __version__

        return {
            "strun": __version__,
            "step": self.step,
            "workers": self.workers,
            "seconds": round(self.seconds, 4),
            "exit_code": self.exit_code,
            "interrupted": self.interrupted,
            "counts": self.counts,
            "exposures": [self._exposure(row) for row in self.results],
            "outliers": [{**o._asdict(), "name": _printable(o.name)} for o in self.outliers],
        }

    def _exposure(self, row: JobResult) -> dict[str, Any]:
        return {
            "input": _printable(row.path),
            "outcome": row.outcome,
            "status": row.status,
            "product": None if row.product is None else _printable(row.product),
            "beside": [_printable(path) for path in row.beside],
            "seconds": round(row.seconds, 4),
            "peak_bytes": row.peak,
            "worker": row.worker,
            "error": _printable(row.error),
            "picture_error": _printable(row.picture_error),
            "error_kind": row.error_kind,
            "effect": self.effects.get(row.path, {}),
            "effect_line": row.effect,
        }

    def __str__(self) -> str:
        """Return a table of 80 columns, with the exposures that stand out below."""
        ran = [row for row in self.results if row.outcome != NOT_RUN]
        rows = self._listed(ran)
        head, *told = _lines_of([_HEAD, *map(cells, rows)])
        lines = [head, "-" * _COLUMNS] if rows else []
        for row, line in zip(rows, told, strict=True):
            lines.append(line)
            lines += [f"    {text}" for text in _wrapped(row.error or row.picture_error)]
        if len(rows) < len(ran):
            failed = sum(row.failed for row in ran) - sum(row.failed for row in rows)
            of_them = f", {failed:,} of them failed" if failed else ""
            lines.append(f"({len(ran) - len(rows):,} more{of_them}; --summary FILE lists all)")
        for outlier in self.outliers[:_MOST_ROWS]:
            lines += _wrapped(f"stands out: {outlier}")
        if len(self.outliers) > _MOST_ROWS:
            lines.append(f"({len(self.outliers) - _MOST_ROWS:,} more stand out)")
        return "\n".join([*lines, self._totals()])

    __repr__ = __str__

    def _listed(self, rows: list[JobResult]) -> list[JobResult]:
        """Return the rows of a table: all of a short one, else those that need a look."""
        if len(rows) <= _MOST_ROWS:
            return rows
        outliers = {outlier.name for outlier in self.outliers}
        odd = [
            row
            for row in rows
            if row.failed or row.picture_error or row.status == "SKIPPED" or row.path in outliers
        ]
        # failures first, when there is no room for all; listed in the order of the inputs
        odd = sorted(odd, key=lambda row: not row.failed)[:_MOST_ROWS]
        return sorted(odd, key=lambda row: row.index)

    def _totals(self) -> str:
        counts = [f"{number} {word}" for word, number in self.counts.items() if number]
        if self.without_picture:
            counts.append(f"{self.without_picture} without a picture")
        number = len(self.results)
        word = "exposure" if number == 1 else "exposures"
        workers = f" by {self.workers} workers" if self.workers > 1 else ""
        end = "; interrupted" if self.interrupted else ""
        told = ", ".join(counts) or "nothing to do"
        return f"{number} {word}: {told}; {duration(self.seconds)}{workers}{end}"


def write_summary(report: Report, path: str) -> None:
    """Write a report as JSON; the file appears when it is complete."""
    from strun.blockio.together import publish_bytes

    # NaN and infinity are no JSON
    publish_bytes(path, json.dumps(_finite(report.to_json()), indent=1).encode())


def _finite(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and value - value != 0 else value


def shortened(text: str, width: int) -> str:
    """Return a text of at most `width` columns, the middle left out when it is longer."""
    if len(text) <= width:
        return text
    left = (width - 1) // 2
    return f"{text[:left]}…{text[len(text) - (width - 1 - left) :]}"


def _printable(text: str) -> str:
    """Return a text that no byte of a file name can spoil for a terminal or a JSON."""
    return text.encode("utf-8", "backslashreplace").decode()


def duration(seconds: float) -> str:
    """Return seconds as a person reads them."""
    if seconds < 0.0995:
        return f"{1000 * seconds:.1f} ms"
    if seconds < 100:
        return f"{seconds:.2f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {rest:02d} s"


def _memory(size: int) -> str:
    if not size:
        return ""
    return f"{size / 1e6:.0f} MB" if size < 1e9 else f"{size / 1e9:.1f} GB"


def cells(row: JobResult) -> Cells:
    """Return the cells of an exposure."""
    time = duration(row.seconds) if row.seconds > 0 else ""
    return _printable(row.path), row.result, time, _memory(row.peak), row.brief


def _lines_of(rows: list[Cells]) -> list[str]:
    """Return rows as lines; what short names leave of the columns is the effects'."""
    width = min(max(len(name) for name, *_ in rows), _LONGEST_NAME)
    lines = []
    for name, result, time, peak, effect in rows:
        start = (
            f"{shortened(name, width):<{width}} {result:<{_RESULT}} {time:>{_TIME}} {peak:>{_PEAK}}"
        )
        left = _COLUMNS - len(start) - 1
        told = effect if len(effect) <= left else f"{effect[: left - 1].rstrip()}…"
        lines.append(f"{start} {told}".rstrip())
    return lines


def _wrapped(text: str) -> list[str]:
    """Return a text as lines that fit below a row."""
    from textwrap import wrap

    return wrap(_printable(text), _COLUMNS - 4, break_long_words=False, break_on_hyphens=False)
