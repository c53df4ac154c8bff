"""What superbias did, in numbers."""

from __future__ import annotations

from strun.effects.effect import Share

__all__ = ["SHARES"]

SHARES = (
    Share("samples_subtracted", "samples", "corrected"),
    Share("pixels_without_bias", "pixels", "without superbias"),
)
