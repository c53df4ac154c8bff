"""The model of exposures of guiders."""

from strun.datamodels.exposure_models import GUIDER_TYPES, GuiderRawModel

__all__ = ["GUIDER_TYPES", "GuiderRawModel"]
