"""The model of images."""

from __future__ import annotations

from typing import ClassVar

from jwst.datamodels.arrays import ArraySpec
from jwst.datamodels.model import JwstDataModel

__all__ = ["ImageModel"]


class ImageModel(JwstDataModel):
    """
    An image with its errors and flags.

    Attributes
    ----------
    data, err : ndarray of float32
        (rows, columns).
    dq : ndarray of uint32
        (rows, columns).
    """

    arrays: ClassVar[dict[str, ArraySpec]] = {
        "data": ArraySpec("SCI", "float32", 2),
        "err": ArraySpec("ERR", "float32", 2),
        "dq": ArraySpec("DQ", "uint32", 2),
    }
