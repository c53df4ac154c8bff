"""What jump did, in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from strun.effects.effect import Effect, shares

_SHARES = (
    ("samples_jump", "samples", "flagged JUMP_DET"),
    ("pixels_jump", "pixels", "with a jump"),
    ("pixels_without_gain", "pixels", "flagged NO_GAIN_VALUE"),
)


def effect_of(counts: Mapping[str, Any]) -> Effect:
    """
    Return what the search found.

    Parameters
    ----------
    counts : mapping
        ``samples_jump`` of ``samples``, ``pixels_jump`` and ``pixels_without_gain`` of ``pixels``;
        where they were searched, ``snowballs``, and ``samples_snowballs`` whose flags these have
        changed.
    """
    effect = shares(counts, _SHARES)
    if "snowballs" not in counts:
        return effect
    number, samples = int(counts["snowballs"]), int(counts["samples_snowballs"])
    return effect._replace(
        numbers=effect.numbers | {"snowballs": number, "samples_snowballs": samples},
        line=f"{effect.line}; {number:,} snowballs, flags of {samples:,} samples changed by them",
    )
