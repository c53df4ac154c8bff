"""What rscd did, in numbers."""

from __future__ import annotations

from strun.effects.effect import Share

__all__ = ["SHARES"]

SHARES = (
    Share("samples_first_groups", "samples", "flagged DO_NOT_USE as first groups"),
    Share("pixels_fewer_first", "pixels", "saturate early and lose fewer of the first integration"),
    Share("pixels_fewer_later", "pixels", "fewer of a later one"),
)
