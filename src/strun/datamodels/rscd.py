"""The model of references of the reset switch charge decay."""

from __future__ import annotations

from typing import ClassVar

from strun.datamodels.reference import ReferenceFileModel

__all__ = ["RSCDModel"]


class RSCDModel(ReferenceFileModel):
    """
    Groups that the reset switch charge decay of MIRI affects.

    Attributes
    ----------
    rscd_group_skip_table : ndarray
        Rows of subarray, readpatt, group_skip1 (groups of the first integration; files of before
        2026 do not have it) and group_skip (groups of later ones).
    """

    tables: ClassVar[dict[str, str]] = {"rscd_group_skip_table": "RSCD_GROUP_SKIP"}
    reftype: ClassVar[str] = "RSCD"
