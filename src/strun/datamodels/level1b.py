"""The model of raw exposures."""

from __future__ import annotations

from typing import ClassVar

from strun.datamodels.arrays import ArraySpec
from strun.datamodels.model import JwstDataModel

__all__ = ["TIMES", "Level1bModel"]

TIMES: dict[str, str] = {"group": "GROUP", "int_times": "INT_TIMES"}
"""Tables of the times of groups and integrations."""


class Level1bModel(JwstDataModel):
    """
    A raw exposure as it comes from the ground system.

    Attributes
    ----------
    data : ndarray of uint16
        (integrations, groups, rows, columns), in DN.
    zeroframe : ndarray of uint16
        (integrations, rows, columns), in DN.
    refout : ndarray of uint16
        Reference output of MIRI, four axes, in DN.
    """

    arrays: ClassVar[dict[str, ArraySpec]] = {
        "data": ArraySpec("SCI", "uint16", 4),
        "zeroframe": ArraySpec("ZEROFRAME", "uint16", 3),
        "refout": ArraySpec("REFOUT", "uint16", 4),
    }
    tables: ClassVar[dict[str, str]] = TIMES
