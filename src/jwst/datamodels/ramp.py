"""The models of ramps."""

from strun.datamodels.ramp import RampModel, SuperstripeRampModel

__all__ = ["RampModel", "SuperstripeRampModel"]
