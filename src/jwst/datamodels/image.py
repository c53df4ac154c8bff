"""The model of images."""

from strun.datamodels.exposure_models import ImageModel

__all__ = ["ImageModel"]
