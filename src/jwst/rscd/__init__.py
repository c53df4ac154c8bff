"""Flags of the first groups of MIRI's ramps, from the RSCD reference file."""

from __future__ import annotations

from jwst.rscd.rscd_step import RscdStep

__all__ = ["RscdStep"]
