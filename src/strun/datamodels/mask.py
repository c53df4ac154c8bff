"""The model of masks of bad pixels."""

from __future__ import annotations

from typing import ClassVar

from strun.datamodels.arrays import ArraySpec
from strun.datamodels.reference import ReferenceFileModel

__all__ = ["MaskModel"]


class MaskModel(ReferenceFileModel):
    """A mask of bad pixels: `dq` and `dq_def`."""

    arrays: ClassVar[dict[str, ArraySpec]] = {"dq": ArraySpec("DQ", "uint32", 2)}
    reftype: ClassVar[str] = "MASK"
