"""The model of stacks of images."""

from strun.datamodels.image import CubeModel

__all__ = ["CubeModel"]
