"""What corrections counted, added up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from strun.engine.correction import Correction

Totals = dict[str, Any]


def merge(totals: Totals, counts: Mapping[str, Any] | None) -> None:
    """Add counts to totals: numbers and lists summed, of ``max_*`` the largest."""
    for name, value in (counts or {}).items():
        old = totals.get(name)
        if old is None:
            totals[name] = value
        elif name.startswith("max_"):
            totals[name] = max(old, value)
        elif isinstance(value, list):
            totals[name] = [a + b for a, b in zip(old, value, strict=True)]
        else:
            totals[name] = old + value


def merge_all(several: Iterable[Sequence[Totals]]) -> list[Totals]:
    """Return the totals of each correction, added up over workers."""
    result: list[Totals] = []
    for one in several:
        if not result:
            result = [{} for _ in one]
        for totals, counts in zip(result, one, strict=True):
            merge(totals, counts)
    return result


def values_of(
    corrections: Iterable[Correction], totals: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the `reserved` metadata of corrections by path, None for those to be left out."""
    found: dict[str, Any] = {}
    for correction, counted in zip(corrections, totals, strict=False):
        if correction.reserved:
            values = correction.keywords(counted)
            found |= {path: values.get(path) for path in correction.reserved}
    return found
