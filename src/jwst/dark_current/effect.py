"""What dark_current did, in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from strun.effects.effect import Effect, shares

_SHARES = (
    ("samples_negative", "samples", "below 0 after it"),
    ("pixels_flagged", "pixels", "flagged by it"),
)


def effect_of(counts: Mapping[str, Any]) -> Effect:
    """
    Return what the dark did.

    Parameters
    ----------
    counts : mapping
        ``samples``, and ``samples_negative`` after the subtraction; ``pixels``, and
        ``pixels_flagged`` by the reference; ``last_dark``, the mean of what was subtracted from
        the last groups, in DN.
    """
    if "last_dark" not in counts:
        return Effect(dict(counts), "", "")
    told, dark = shares(counts, _SHARES), counts["last_dark"]
    mean = f"a mean dark of {dark:.3g} DN subtracted from the last group"
    numbers = told.numbers | {"mean_dark_of_last_group": dark}
    return Effect(numbers, f"{mean}; {told.line}", f"dark {dark:.3g} DN")
