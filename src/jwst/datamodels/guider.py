"""The model of exposures of guiders."""

from strun.datamodels.guider import GUIDER_TYPES, GuiderRawModel

__all__ = ["GUIDER_TYPES", "GuiderRawModel"]
