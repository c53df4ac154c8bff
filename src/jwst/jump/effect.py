"""What jump did, in numbers."""

from __future__ import annotations

from strun.effects.effect import Share

__all__ = ["SHARES"]

SHARES = (
    Share("samples_jump", "samples", "flagged JUMP_DET"),
    Share("pixels_jump", "pixels", "with a jump"),
    Share("pixels_without_gain", "pixels", "flagged NO_GAIN_VALUE"),
)
