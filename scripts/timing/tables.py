"""Tables of the benchmarks, and the rows of them that the README shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_COUNT = 5
# the first of them that are measured
_WORKS = (
    "NIRCam SHALLOW4, 10 groups, to rate",
    "MIRI FASTR1, 40 groups, to rate",
    "NIRCam SUB320, 3 x 6 groups, to rate",
    "NIRCam SUB320, 3 x 6 groups, to rate, 20 exposures",
    "MIRI FASTR1, 4 x 8 groups, to rate",
    "NIRCam 64 x 64, 5 groups, to rate",
    "linearity, nircam_image, float32",
    "linearity, time series of 2 GB",
    "linearity, 100 small exposures",
    "dq_init, nircam_image, float32",
    "dq_init, time series of 2 GB",
)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return rows as Markdown."""
    lines = [f"| {' | '.join(head)} |", "|" + " --- |" * len(head)]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)]) + "\n"


def with_rows(text: str, head: Sequence[str], rows: Mapping[str, Sequence[str]]) -> str:
    """
    Return the text of the README with the numbers of a table in its own.

    Parameters
    ----------
    text : str
        The README; its table says which columns it shows.
    head : sequence of str
        Columns of the table.
    rows : mapping
        Rows of the table, by work.
    """
    before, begin, rest = text.partition(f"| {head[0]} |")
    titles, line, rest = rest.partition("\n")
    old, blank, after = rest.partition("\n\n")
    columns = [head[0], *(title.strip() for title in titles.strip("| ").split("|"))]
    places = [head.index(column) for column in columns]
    shown = [rows[work] for work in _WORKS if work in rows][:_COUNT]
    lines = [f"| {' | '.join(row[place] for place in places)} |" for row in shown]
    new = "\n".join([old.partition("\n")[0], *lines])
    return before + begin + titles + line + new + blank + after
