"""The model of kernels of the interpixel capacitance."""

from __future__ import annotations

from typing import ClassVar

from strun.datamodels.arrays import ArraySpec
from strun.datamodels.reference import ReferenceFileModel

__all__ = ["IPCModel"]


class IPCModel(ReferenceFileModel):
    """
    Kernels that take the interpixel capacitance out of images.

    Attributes
    ----------
    data : ndarray of float32
        One kernel (rows, columns), or one for each pixel: (kernel rows, kernel columns, rows,
        columns).
    """

    arrays: ClassVar[dict[str, ArraySpec]] = {"data": ArraySpec("SCI", "float32")}
    reftype: ClassVar[str] = "IPC"
