"""What lastframe did, in numbers."""

from __future__ import annotations

from strun.effects.effect import Share

__all__ = ["SHARES"]

SHARES = (Share("samples_last_group", "samples", "flagged DO_NOT_USE as last groups"),)
