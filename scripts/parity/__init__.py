"""Comparison of this package with jwst 3.0.0, run from ``scripts/compare_with_jwst``."""
