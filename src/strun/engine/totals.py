"""What several workers counted, added up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

__all__ = ["Totals", "Work", "merge"]

Totals = dict[str, Any]

Work = Callable[[Iterable[Any]], Totals]
"""Does some tasks and returns what it counted."""


def merge(totals: Totals, counts: Mapping[str, Any] | None) -> None:
    """Add counts to totals: numbers and lists summed, tuples joined, of ``max_*`` the largest."""
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
