"""Subtraction of the reset anomaly of MIRI, from the RESET reference file."""

from __future__ import annotations

from jwst.reset.reset_step import ResetStep

__all__ = ["ResetStep"]
