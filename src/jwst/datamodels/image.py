"""The model of images."""

from strun.datamodels.image import ImageModel

__all__ = ["ImageModel"]
