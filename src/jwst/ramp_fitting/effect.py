"""What ramp_fit did, in numbers."""

from __future__ import annotations

from strun.effects.effect import Share

__all__ = ["SHARES"]

SHARES = (Share("pixels_without_rate", "pixels", "without a rate"),)
