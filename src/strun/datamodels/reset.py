"""The model of references of MIRI's reset anomaly."""

from __future__ import annotations

from typing import ClassVar

from strun.datamodels.arrays import ArraySpec
from strun.datamodels.reference import ReferenceFileModel

__all__ = ["ResetModel"]


class ResetModel(ReferenceFileModel):
    """
    The signal that the reset before an integration leaves in its first groups.

    Attributes
    ----------
    data, err : ndarray of float32
        (integrations, groups, rows, columns), in DN.
    dq : ndarray of uint32
        (rows, columns).
    """

    arrays: ClassVar[dict[str, ArraySpec]] = {
        "data": ArraySpec("SCI", "float32", 4),
        "dq": ArraySpec("DQ", "uint32", 2),
        "err": ArraySpec("ERR", "float32", 4),
    }
    reftype: ClassVar[str] = "RESET"
