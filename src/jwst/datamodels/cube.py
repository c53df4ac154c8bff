"""The model of stacks of images."""

from strun.datamodels.exposure_models import CubeModel

__all__ = ["CubeModel"]
