"""What rscd did, in numbers."""

from __future__ import annotations

from strun.effects.effect import Share

__all__ = ["SHARES"]

SHARES = (
    Share("samples_first_groups", "samples", "in first groups, not to be used"),
    Share("pixels_fewer_first", "pixels", "bright and lose fewer groups of the first integration"),
    Share("pixels_fewer_later", "pixels", "bright and lose fewer groups of a later one"),
)
