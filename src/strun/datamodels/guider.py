"""The models of exposures of guiders, and of their count rates."""

from __future__ import annotations

from typing import ClassVar

from strun.datamodels.arrays import ArraySpec
from strun.datamodels.model import JwstDataModel

GUIDER_TYPES = frozenset(
    {"FGS_ID-IMAGE", "FGS_ID-STACK", "FGS_ACQ1", "FGS_ACQ2", "FGS_TRACK", "FGS_FINEGUIDE"}
)


class GuiderRawModel(JwstDataModel):
    """
    An exposure of a guider.

    Attributes
    ----------
    data : ndarray of float32
        (integrations, groups, rows, columns), in DN.
    err : ndarray of float32
        Of the shape of `data`.
    dq : ndarray of uint32
        (rows, columns).
    """

    arrays: ClassVar[dict[str, ArraySpec]] = {
        "data": ArraySpec("SCI", "float32", 4),
        "err": ArraySpec("ERR", "float32"),
        "dq": ArraySpec("DQ", "uint32", 2),
    }
    tables: ClassVar[dict[str, str]] = {
        "planned_star_table": "PLANNED REFERENCE STARS",
        "flight_star_table": "FLIGHT REFERENCE STARS",
        "pointing_table": "POINTING",
        "centroid_table": "FGS CENTROID PACKET",
        "track_sub_table": "TRACK SUBARRAY TABLE",
    }
    required: ClassVar[tuple[str, ...]] = ("err", "dq")


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
