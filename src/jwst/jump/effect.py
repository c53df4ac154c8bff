"""What jump did, in numbers."""

from __future__ import annotations

from strun.effects.effect import Share

__all__ = ["SHARES"]

SHARES = (
    Share("samples_jump", "samples", "beyond a jump, or beside one"),
    Share("pixels_without_gain", "pixels", "without a gain, not to be used"),
)
