"""Correction of the detector's non-linear response."""

from __future__ import annotations

from jwst.linearity.linearity_step import LinearityStep

__all__ = ["LinearityStep"]
