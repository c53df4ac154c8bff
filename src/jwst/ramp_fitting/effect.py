"""What ramp_fit did, in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from strun.effects.effect import Effect, shares

_SHARES = (("pixels_without_rate", "pixels", "without a rate"),)


def effect_of(counts: Mapping[str, Any]) -> Effect:
    """
    Return what the fit did.

    Parameters
    ----------
    counts : mapping
        ``pixels`` of the exposure, ``pixels_without_rate`` among them, and the ``max_example``: of
        the pixel with the highest rate of those without a flag, saturation or jump its rate
        in DN/s, row and column (negative), samples and flags in the first integration.
    """
    effect = shares(counts, _SHARES)
    if "max_example" in counts:
        rate, row, column, samples, flags = counts["max_example"]
        effect.numbers["brightest"] = {
            "column": -column, "row": -row, "rate": rate, "samples": samples, "flags": flags
        }  # fmt: skip
    return effect
