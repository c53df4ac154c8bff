"""The model of raw exposures."""

from strun.datamodels.ramp import TIMES, Level1bModel

__all__ = ["TIMES", "Level1bModel"]
