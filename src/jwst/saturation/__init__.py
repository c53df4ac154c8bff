"""Flags of saturated samples, from the SATURATION reference file."""

from jwst.saturation.saturation_step import SaturationStep

__all__ = ["SaturationStep"]
