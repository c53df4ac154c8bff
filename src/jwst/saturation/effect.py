"""What saturation did, in numbers."""

from __future__ import annotations

from strun.effects.effect import Share

__all__ = ["SHARES"]

SHARES = (
    Share("samples_saturated", "samples", "saturated"),
    Share("samples_floor", "samples", "at the floor"),
    Share("pixels_unchecked", "pixels", "unchecked"),
)
