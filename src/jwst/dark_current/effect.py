"""What dark_current did, in numbers."""

from __future__ import annotations

from strun.effects.effect import Share

__all__ = ["SHARES"]

SHARES = (
    Share("samples_negative", "samples", "below 0 without their dark"),
    Share("pixels_new", "pixels", "flagged anew"),
)
