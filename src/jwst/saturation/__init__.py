"""Flags of saturated samples, from the SATURATION reference file."""

from __future__ import annotations

from jwst.saturation.saturation_step import SaturationStep

__all__ = ["SaturationStep"]
