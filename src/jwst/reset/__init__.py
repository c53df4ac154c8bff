"""Subtraction of the reset anomaly of MIRI, from the RESET reference file."""

from jwst.reset.reset_step import ResetStep

__all__ = ["ResetStep"]
