"""The table of JWST keywords: HDU, path in the metadata tree, and values."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from strun.errors import InputError

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel

MOST = 10_000
"""Largest count of a header, beyond any read-out: a damaged one must not ask for days of work."""

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}
_STEPS = "meta.cal_step."
_STATUS = ("SKIPPED", "COMPLETE", "FAILED")


class Keyword(NamedTuple):
    """Where a value of the metadata tree stands in a FITS file."""

    keyword: str
    hdu: str
    path: str
    type: str


class Table:
    """The keywords by path and by place, and the inner nodes of the tree."""

    def __init__(self, rows: Sequence[Keyword]) -> None:
        self.by_path = {row.path: row for row in rows}

    @cached_property
    def by_place(self) -> dict[tuple[str, str], Keyword]:
        """The keywords by HDU and keyword."""
        return {(row.hdu, row.keyword): row for row in self.by_path.values()}

    @cached_property
    def nodes(self) -> frozenset[str]:
        """The paths that have others below them."""
        found: set[str] = set()
        level = set(self.by_path)
        while level:
            level = {path.rpartition(".")[0] for path in level} - {""}
            found |= level
        return frozenset(found)


def lines_of(name: str) -> list[list[str]]:
    """Return the cells of a table that lies beside this module, without its heading."""
    with open(os.path.join(os.path.dirname(__file__), name), encoding="ascii") as stream:
        return [line.split(",") for line in stream.read().splitlines()[1:]]


@cache
def table() -> Table:
    """Return the table; it is read once."""
    return Table([Keyword._make(cells) for cells in lines_of("keywords.csv")])


class ValidationWarning(Warning):
    """A value was given to metadata that cannot have it; the old value stays."""


@cache
def _words() -> dict[str, tuple[str, ...]]:
    return {place: tuple(words.split("|")) for place, words in lines_of("choices.csv")}


def words_of(path: str) -> tuple[str, ...]:
    """Return the words that a place takes, none when it takes any."""
    return _STATUS if path.startswith(_STEPS) else _words().get(path, ())


def fits_type(value: Any, kind: str) -> bool:  # noqa: ANN401 - any value of a header
    """Return whether a value is of a type of the table of keywords; a bool is no number."""
    return isinstance(value, _TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))


def plain_value(value: Any) -> Any:  # noqa: ANN401 - whatever users give
    """Return a numpy scalar as Python's own number, all else as it is."""
    item = getattr(value, "item", None)
    return item() if item is not None and getattr(value, "shape", None) == () else value


def fault_of(path: str, value: Any) -> str | None:  # noqa: ANN401 - whatever users give
    """
    Return what is wrong with a value for a known path, None when it can have it.

    None takes a value away and is never wrong.
    """
    if value is None:
        return None
    kind = table().by_path[path].type
    if not fits_type(value, kind):
        return f"{path}: {value!r} is not of type {kind!r}"
    words = words_of(path)
    if words and str(value) not in words:
        return f"{path}: {value!r} is not one of {', '.join(words)}"
    return None


def required(
    model: JwstDataModel,
    path: str,
    why: str,
    *,
    zero: bool = False,
    error: type[Exception] = InputError,
) -> Any:  # noqa: ANN401 - an int or a float, by the type of the keyword
    """
    Return a number of a header, which must be above 0 (or 0, with `zero`); a count at most `MOST`.

    `path` is where it is in the metadata (``meta.exposure.nframes``), `why` what it is needed for.
    When it is missing, or no such number, `error` is raised.
    """
    keyword = table().by_path[path]
    # a value of another type is wrong, not missing
    value = model.changed_keywords.written(path)
    counts = keyword.type == "integer"
    if isinstance(value, int if counts else int | float) and not isinstance(value, bool):
        above = value >= 0 if zero else value > 0
        if above and (value <= MOST if counts else math.isfinite(value)):
            return value
    wanted = f"a whole number from {0 if zero else 1} to {MOST}" if counts else "a number above 0"
    said, do = ("missing", "add") if value is None else (f"{value!r}", "correct")
    raise error(f"{model.label}: {keyword.keyword} is {said}, expected {wanted}: {why}; {do} it")
