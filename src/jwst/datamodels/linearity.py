"""The model of coefficients of linearity."""

from __future__ import annotations

from strun.datamodels.reference_models import LinearityModel

__all__ = ["LinearityModel"]
