"""The models of ramps."""

from strun.datamodels.exposure_models import RampModel, SuperstripeRampModel

__all__ = ["RampModel", "SuperstripeRampModel"]
