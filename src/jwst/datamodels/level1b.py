"""The model of raw exposures."""

from strun.datamodels.exposure_models import TIMES, Level1bModel

__all__ = ["TIMES", "Level1bModel"]
