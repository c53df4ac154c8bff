"""Correction of the detector's non-linear response."""

from jwst.linearity.linearity_step import LinearityStep

__all__ = ["LinearityStep"]
