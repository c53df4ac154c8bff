"""Flags of the first groups of MIRI's ramps, from the RSCD reference file."""

from jwst.rscd.rscd_step import RscdStep

__all__ = ["RscdStep"]
