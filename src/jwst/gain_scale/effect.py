"""What gain_scale did, in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from strun.effects.effect import Effect


def effect_of(counts: Mapping[str, Any]) -> Effect:
    """Return how many rates were multiplied, ``rates_scaled``, and by which ``factor``."""
    times = f"multiplied by {counts['factor']:.6g}"
    return Effect(dict(counts), f"{counts['rates_scaled']:,} rates {times} (GAINFACT)", times)
