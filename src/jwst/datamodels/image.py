"""The model of images."""

from __future__ import annotations

from strun.datamodels.image import ImageModel

__all__ = ["ImageModel"]
