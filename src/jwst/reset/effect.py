"""What reset did, in numbers."""

from __future__ import annotations

from strun.effects.effect import Share

__all__ = ["SHARES"]

SHARES = (Share("samples_reset", "samples", "corrected for the reset anomaly"),)
