"""What firstframe did, in numbers."""

from __future__ import annotations

from strun.effects.effect import Share

__all__ = ["SHARES"]

SHARES = (
    Share("samples_first_group", "samples", "in first groups, not to be used"),
    Share("pixels_kept", "pixels", "bright and keep their first group"),
)
