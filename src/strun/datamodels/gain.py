"""The model of gains."""

from __future__ import annotations

from typing import ClassVar

from strun.datamodels.arrays import ArraySpec
from strun.datamodels.reference import ReferenceFileModel

__all__ = ["GainModel"]


class GainModel(ReferenceFileModel):
    """
    The gain of each pixel.

    Attributes
    ----------
    data : ndarray of float32
        (rows, columns), in electrons per DN.
    """

    arrays: ClassVar[dict[str, ArraySpec]] = {"data": ArraySpec("SCI", "float32", 2)}
    reftype: ClassVar[str] = "GAIN"
