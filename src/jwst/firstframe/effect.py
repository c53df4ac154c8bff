"""What firstframe did, in numbers."""

from __future__ import annotations

from strun.effects.effect import Share

__all__ = ["SHARES"]

SHARES = (
    Share("samples_first_group", "samples", "flagged DO_NOT_USE as first groups"),
    Share("pixels_kept", "pixels", "saturate early and keep theirs"),
)
