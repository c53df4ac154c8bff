"""Numbers of an exposure's header that a step cannot do without."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from strun.datamodels.keywords import table
from strun.errors import InputError

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel

MOST = 10_000
"""Largest count of a header, beyond any read-out: a damaged one must not ask for days of work."""


def required(
    model: JwstDataModel,
    path: str,
    why: str,
    *,
    zero: bool = False,
    error: type[Exception] = InputError,
) -> Any:  # noqa: ANN401 - an int or a float, by the type of the keyword
    """
    Return a number of a header, which must be above 0; a count at most `MOST`.

    Parameters
    ----------
    model : JwstDataModel
        The exposure, or a reference.
    path : str
        Where it is in the metadata: ``meta.exposure.nframes``.
    why : str
        What it is needed for.
    zero : bool, optional
        Whether it may be 0.
    error : type, optional
        What to raise.

    Raises
    ------
    InputError
        When it is missing, or no such number.
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
