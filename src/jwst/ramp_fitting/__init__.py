"""Fits of ramps: count rates and their errors."""

from jwst.ramp_fitting.ramp_fit_step import RampFitStep

__all__ = ["RampFitStep"]
