"""The model of images of integral field units."""

from __future__ import annotations

from strun.datamodels.image import ImageModel

__all__ = ["IFUImageModel"]


class IFUImageModel(ImageModel):
    """An image of an integral field unit, with its errors and flags."""
