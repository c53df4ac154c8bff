"""Which values a place of the metadata tree takes: their types and, of some, the words."""

from __future__ import annotations

from functools import cache
from typing import Any

from strun.datamodels.keywords import lines_of, table

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}
_STEPS = "meta.cal_step."
_STATUS = ("SKIPPED", "COMPLETE", "FAILED")


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
    wanted = _TYPES.get(kind)
    if wanted is None:
        return True
    return isinstance(value, wanted) and (kind == "boolean" or not isinstance(value, bool))


def plain_value(value: Any) -> Any:  # noqa: ANN401 - whatever users give
    """Return a numpy scalar as Python's own number, all else as it is."""
    item = getattr(value, "item", None)
    return item() if item is not None and getattr(value, "shape", None) == () else value


def fault_of(path: str, value: Any) -> str | None:  # noqa: ANN401 - whatever users give
    """
    Return what is wrong with a value for a known path, None when it can have it.

    Parameters
    ----------
    path : str
        As ``meta.instrument.name``.
    value : object
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
