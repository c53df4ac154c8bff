"""Drifts of the signal taken out with the reference pixels."""

from __future__ import annotations

from jwst.refpix.refpix_step import RefPixStep

__all__ = ["RefPixStep"]
