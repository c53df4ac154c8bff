"""Lines of the table that a report prints: 80 columns."""

from __future__ import annotations

from typing import TypeAlias

from strun.batch.jobs import JobResult

COLUMNS = 80
_RESULT, _TIME, _PEAK = 10, 8, 7
_LONGEST_NAME = 34

Cells: TypeAlias = tuple[str, str, str, str, str]
"""Input, result, time, peak memory, effect."""


def shortened(text: str, width: int) -> str:
    """Return a text of at most `width` columns, the middle left out when it is longer."""
    if len(text) <= width:
        return text
    left = (width - 1) // 2
    return f"{text[:left]}…{text[len(text) - (width - 1 - left) :]}"


def printable(text: str) -> str:
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
    return printable(row.path), row.result, time, _memory(row.peak), row.brief


def lines_of(rows: list[Cells]) -> list[str]:
    """Return rows as lines; what short names leave of the columns is the effects'."""
    width = min(max(len(name) for name, *_ in rows), _LONGEST_NAME)
    lines = []
    for name, result, time, peak, effect in rows:
        start = (
            f"{shortened(name, width):<{width}} {result:<{_RESULT}} {time:>{_TIME}} {peak:>{_PEAK}}"
        )
        left = COLUMNS - len(start) - 1
        told = effect if len(effect) <= left else f"{effect[: left - 1].rstrip()}…"
        lines.append(f"{start} {told}".rstrip())
    return lines


def wrapped(text: str) -> list[str]:
    """Return a text as lines that fit below a row."""
    from textwrap import wrap

    return wrap(printable(text), COLUMNS - 4, break_long_words=False, break_on_hyphens=False)
