"""The model of stacks of images."""

from __future__ import annotations

from strun.datamodels.image import CubeModel

__all__ = ["CubeModel"]
