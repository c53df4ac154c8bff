"""The model of read noise."""

from __future__ import annotations

from typing import ClassVar

from strun.datamodels.arrays import ArraySpec
from strun.datamodels.reference import ReferenceFileModel

__all__ = ["ReadnoiseModel"]


class ReadnoiseModel(ReferenceFileModel):
    """
    The read noise of each pixel.

    Attributes
    ----------
    data : ndarray of float32
        (rows, columns), of a difference of two reads, in DN.
    """

    arrays: ClassVar[dict[str, ArraySpec]] = {"data": ArraySpec("SCI", "float32", 2)}
    reftype: ClassVar[str] = "READNOISE"
