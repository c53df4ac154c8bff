"""A report as text of 80 columns, as HTML, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from strun.batch.jobs import DONE, NOT_RUN, JobResult

if TYPE_CHECKING:
    from strun.batch.report import Report

__all__ = ["as_html", "as_json", "as_text", "shortened", "write_summary"]

_COLUMNS = 80
_NAME, _RESULT, _TIME, _PEAK = 34, 10, 8, 7
# of longer batches only what needs a look is listed
_MOST_ROWS = 20


def shortened(text: str, width: int) -> str:
    """Return a text of at most `width` columns, the middle left out when it is longer."""
    if len(text) <= width:
        return text
    left = (width - 1) // 2
    return f"{text[:left]}…{text[len(text) - (width - 1 - left) :]}"


def _name(path: str) -> str:
    # what is not text in the name of a file must not break a terminal or a JSON
    return path.encode("utf-8", "backslashreplace").decode()


def duration(seconds: float) -> str:
    """Return seconds as a person reads them."""
    if seconds < 0.0995:
        return f"{1000 * seconds:.1f} ms"
    if seconds < 100:
        return f"{seconds:.2f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {rest:02d} s"


def _result(row: JobResult) -> str:
    return row.status.lower() if row.outcome == DONE and row.status else row.outcome


def _cells(row: JobResult) -> tuple[str, str, str, str, str]:
    ran = row.seconds > 0
    return (
        _name(row.path),
        _result(row),
        duration(row.seconds) if ran else "",
        _memory(row.peak),
        row.brief,
    )


def _memory(size: int) -> str:
    if not size:
        return ""
    return f"{size / 1e6:.0f} MB" if size < 1e9 else f"{size / 1e9:.1f} GB"


def _line(cells: tuple[str, ...]) -> str:
    name, result, time, peak, effect = cells
    rest = _COLUMNS - _NAME - _RESULT - _TIME - _PEAK - 4
    return (
        f"{shortened(name, _NAME):<{_NAME}} {result:<{_RESULT}} {time:>{_TIME}} {peak:>{_PEAK}} "
        f"{shortened(effect, rest)}"
    ).rstrip()


def _totals(report: Report) -> str:
    counts = [f"{number} {word}" for word, number in report.counts.items() if number]
    hands = f" by {report.workers} workers" if report.workers > 1 else ""
    told = ", ".join(counts) or "nothing to do"
    if report.without_picture:
        told += f", {report.without_picture} without a picture"
    end = "; interrupted" if report.interrupted else ""
    number = len(report.results)
    word = "exposure" if number == 1 else "exposures"
    return f"{number} {word}: {told}; {duration(report.seconds)}{hands}{end}"


def as_text(report: Report) -> str:
    """Return a report as a table of 80 columns, with those that stand out below."""
    ran = [row for row in report.results if row.outcome != NOT_RUN]
    rows = _listed(ran, {outlier.name for outlier in report.outliers})
    lines = [_line(("input", "result", "time", "peak", "effect")), "-" * _COLUMNS] if rows else []
    for row in rows:
        lines.append(_line(_cells(row)))
        lines += [f"    {line}" for line in _wrapped(_name(row.error or row.picture_error))]
    if len(rows) < len(ran):
        failed = sum(row.failed for row in ran) - sum(row.failed for row in rows)
        of_them = f", {failed:,} of them failed" if failed else ""
        lines.append(f"({len(ran) - len(rows):,} more{of_them}; --summary FILE lists all)")
    for outlier in report.outliers[:_MOST_ROWS]:
        lines += _wrapped(f"stands out: {_name(str(outlier))}")
    if len(report.outliers) > _MOST_ROWS:
        lines.append(f"({len(report.outliers) - _MOST_ROWS:,} more stand out)")
    return "\n".join([*lines, _totals(report)])


def _listed(rows: list[JobResult], strange: set[str]) -> list[JobResult]:
    """Return the rows of a table: all of a short one, else those that need a look."""
    if len(rows) <= _MOST_ROWS:
        return rows
    odd = [
        row
        for row in rows
        if row.failed or row.picture_error or row.status == "SKIPPED" or row.path in strange
    ]
    # failures first, when there is no room for all; listed in the order of the inputs
    odd = sorted(odd, key=lambda row: not row.failed)[:_MOST_ROWS]
    return sorted(odd, key=lambda row: row.index)


def _wrapped(text: str) -> list[str]:
    from textwrap import wrap

    return wrap(text, _COLUMNS - 4, break_long_words=False, break_on_hyphens=False)


def as_html(report: Report) -> str:
    """Return a report as a table for notebooks."""
    from html import escape

    def cells(tag: str, texts: tuple[str, ...]) -> str:
        return "".join(f"<{tag}>{escape(text)}</{tag}>" for text in texts)

    rows = [cells("td", _cells(row)) for row in report.results]
    head = cells("th", ("input", "result", "time", "peak", "effect"))
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    notes = "".join(f"<p>stands out: {escape(_name(str(each)))}</p>" for each in report.outliers)
    return f"<table><tr>{head}</tr>{body}</table>{notes}<p>{escape(_totals(report))}</p>"


def _exposures(report: Report) -> Iterator[dict[str, Any]]:
    for row in report.results:
        yield {
            "input": _name(row.path),
            "outcome": row.outcome,
            "status": row.status,
            "product": None if row.product is None else _name(row.product),
            "seconds": round(row.seconds, 4),
            "peak_bytes": row.peak,
            "worker": row.worker,
            "error": _name(row.error),
            "picture_error": _name(row.picture_error),
            "error_kind": row.error_kind,
            "effect": report.effects.get(row.path, {}),
            "effect_line": row.effect,
        }


def as_json(report: Report) -> dict[str, Any]:
    """Return a report as text, numbers and lists."""
    from strun import __version__

    return {
        "strun": __version__,
        "step": report.step,
        "workers": report.workers,
        "seconds": round(report.seconds, 4),
        "exit_code": report.exit_code,
        "interrupted": report.interrupted,
        "counts": report.counts,
        "exposures": list(_exposures(report)),
        "outliers": [{**each._asdict(), "name": _name(each.name)} for each in report.outliers],
    }


def write_summary(report: Report, path: str) -> None:
    """
    Write a report as JSON; the file appears when it is complete.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    from strun.blockio.atomic import publish_bytes

    # NaN and infinity are no JSON
    publish_bytes(path, json.dumps(_finite(as_json(report)), indent=1).encode())


def _finite(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and value - value != 0 else value
