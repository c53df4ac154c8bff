"""Fits of ramps: count rates and their errors."""
