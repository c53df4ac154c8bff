"""The model of count rates of guiders."""

from __future__ import annotations

from typing import ClassVar

from strun.datamodels.arrays import ArraySpec
from strun.datamodels.guider import GuiderRawModel
from strun.datamodels.model import JwstDataModel

__all__ = ["GuiderCalModel"]


class GuiderCalModel(JwstDataModel):
    """
    Count rates of an exposure of a guider.

    Attributes
    ----------
    data : ndarray of float32
        (integrations, rows, columns), in DN/s.
    err : ndarray of float32
        Of the shape of `data`.
    dq : ndarray of uint32
        (rows, columns).
    """

    arrays: ClassVar[dict[str, ArraySpec]] = {
        "data": ArraySpec("SCI", "float32", 3),
        "err": ArraySpec("ERR", "float32"),
        "dq": ArraySpec("DQ", "uint32", 2),
    }
    tables: ClassVar[dict[str, str]] = GuiderRawModel.tables
    required: ClassVar[tuple[str, ...]] = ("err", "dq")
