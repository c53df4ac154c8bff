"""What refpix did, in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from strun.effects.effect import Effect


def effect_of(counts: Mapping[str, Any]) -> Effect:
    """
    Return what the reference pixels did.

    Parameters
    ----------
    counts : mapping
        ``reference_pixels`` that were used, ``groups``, and the means that were subtracted from
        groups: ``min_drift`` and ``max_drift``, in DN, unless none is finite.
    """
    if "min_drift" not in counts:
        return Effect(dict(counts), "no good reference pixels: nothing subtracted", "unchanged")
    low, high = counts["min_drift"], counts["max_drift"]
    line = (
        f"{low:.2f} to {high:.2f} DN subtracted on average from each of {counts['groups']:,} "
        f"groups, by {counts['reference_pixels']:,} reference pixels"
    )
    return Effect(dict(counts), line, f"drift {high - low:.2f} DN")
