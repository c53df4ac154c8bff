"""The base of models of reference files."""

from strun.datamodels.reference import ReferenceFileModel

__all__ = ["ReferenceFileModel"]
