"""The base of models of reference files."""

from __future__ import annotations

from strun.datamodels.reference import ReferenceFileModel

__all__ = ["ReferenceFileModel"]
