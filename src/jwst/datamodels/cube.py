"""The model of stacks of images."""

from __future__ import annotations

from typing import ClassVar

from jwst.datamodels.arrays import ArraySpec
from jwst.datamodels.model import JwstDataModel

__all__ = ["CubeModel"]


class CubeModel(JwstDataModel):
    """
    A stack of images with their errors and flags.

    Attributes
    ----------
    data, err : ndarray of float32
        (integrations, rows, columns).
    dq : ndarray of uint32
        (integrations, rows, columns).
    """

    arrays: ClassVar[dict[str, ArraySpec]] = {
        "data": ArraySpec("SCI", "float32", 3),
        "err": ArraySpec("ERR", "float32", 3),
        "dq": ArraySpec("DQ", "uint32", 3),
    }
