"""The models of dark references."""

from __future__ import annotations

from typing import ClassVar

from strun.datamodels.arrays import ArraySpec
from strun.datamodels.reference import ReferenceFileModel

__all__ = ["DarkMIRIModel", "DarkModel", "DarkNirspecModel"]


class DarkModel(ReferenceFileModel):
    """
    The dark current of a detector.

    Attributes
    ----------
    data, err : ndarray of float32
        (groups, rows, columns), in DN.
    dq : ndarray of uint32
        (rows, columns).
    average_dark_current : ndarray of float32
        (rows, columns), in electrons per second.
    """

    arrays: ClassVar[dict[str, ArraySpec]] = {
        "data": ArraySpec("SCI", "float32", 3),
        "dq": ArraySpec("DQ", "uint32", 2),
        "err": ArraySpec("ERR", "float32", 3),
        "average_dark_current": ArraySpec("AVDRKCUR", "float32", 2),
    }
    reftype: ClassVar[str] = "DARK"


class DarkNirspecModel(DarkModel):
    """
    The dark current of a detector of NIRSpec.

    Attributes
    ----------
    data, err, dq, average_dark_current
        As of `DarkModel`.
    dark_rate, dark_rate_unc : ndarray of float32
        (rows, columns).
    """

    arrays: ClassVar[dict[str, ArraySpec]] = DarkModel.arrays | {
        "dark_rate": ArraySpec("DRK", "float32", 2),
        "dark_rate_unc": ArraySpec("UNC", "float32", 2),
    }


class DarkMIRIModel(ReferenceFileModel):
    """
    The dark current of a detector of MIRI, which is another one in later integrations.

    Attributes
    ----------
    data, err : ndarray of float32
        (integrations, groups, rows, columns), in DN.
    dq : ndarray of uint32
        (integrations, 1, rows, columns).
    average_dark_current : ndarray of float32
        (rows, columns), in electrons per second.
    """

    arrays: ClassVar[dict[str, ArraySpec]] = {
        "data": ArraySpec("SCI", "float32", 4),
        "dq": ArraySpec("DQ", "uint32", 4),
        "err": ArraySpec("ERR", "float32", 4),
        "average_dark_current": ArraySpec("AVDRKCUR", "float32", 2),
    }
    reftype: ClassVar[str] = "DARK"
