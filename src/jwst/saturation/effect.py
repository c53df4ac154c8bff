"""What saturation did, in numbers."""

from __future__ import annotations

from strun.effects.effect import Share

__all__ = ["SHARES"]

SHARES = (
    Share("samples_saturated", "samples", "saturated"),
    Share("samples_floor", "samples", "flagged AD_FLOOR"),
    Share("pixels_unchecked", "pixels", "flagged NO_SAT_CHECK"),
)
