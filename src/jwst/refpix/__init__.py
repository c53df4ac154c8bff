"""Drifts of the signal taken out with the reference pixels."""

from jwst.refpix.refpix_step import RefPixStep

__all__ = ["RefPixStep"]
