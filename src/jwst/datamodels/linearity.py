"""The model of coefficients of linearity."""

from strun.datamodels.reference_models import LinearityModel

__all__ = ["LinearityModel"]
