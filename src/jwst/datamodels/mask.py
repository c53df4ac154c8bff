"""The model of masks of bad pixels."""

from strun.datamodels.reference_models import MaskModel

__all__ = ["MaskModel"]
