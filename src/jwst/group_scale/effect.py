"""What group_scale did, in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from strun.effects.effect import Effect


def effect_of(counts: Mapping[str, Any]) -> Effect:
    """Return how many samples were multiplied, ``samples_scaled``, and by which ``factor``."""
    times = f"multiplied by {counts['factor']:.6g}"
    line = f"{counts['samples_scaled']:,} samples {times} (FRMDIVSR / NFRAMES)"
    return Effect(dict(counts), line, times)
