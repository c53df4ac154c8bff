"""The model of exposures of guiders."""

from __future__ import annotations

from strun.datamodels.guider import GUIDER_TYPES, GuiderRawModel

__all__ = ["GUIDER_TYPES", "GuiderRawModel"]
