"""Subtraction of the dark current, from the DARK reference file."""

from jwst.dark_current.dark_current_step import DarkCurrentStep

__all__ = ["DarkCurrentStep"]
