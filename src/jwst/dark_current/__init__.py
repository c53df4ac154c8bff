"""Subtraction of the dark current, from the DARK reference file."""

from __future__ import annotations

from jwst.dark_current.dark_current_step import DarkCurrentStep

__all__ = ["DarkCurrentStep"]
