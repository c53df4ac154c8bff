"""The model of saturation thresholds."""

from __future__ import annotations

from typing import ClassVar

from strun.datamodels.arrays import ArraySpec
from strun.datamodels.reference import ReferenceFileModel

__all__ = ["SaturationModel"]


class SaturationModel(ReferenceFileModel):
    """
    Saturation thresholds.

    Attributes
    ----------
    data : ndarray of float32
        (rows, columns), in DN.
    dq : ndarray of uint32
        (rows, columns).
    """

    arrays: ClassVar[dict[str, ArraySpec]] = {
        "data": ArraySpec("SCI", "float32", 2),
        "dq": ArraySpec("DQ", "uint32", 2),
    }
    reftype: ClassVar[str] = "SATURATION"
