"""The model of masks of bad pixels."""

from __future__ import annotations

from strun.datamodels.reference_models import MaskModel

__all__ = ["MaskModel"]
