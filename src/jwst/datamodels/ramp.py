"""The models of ramps."""

from __future__ import annotations

from strun.datamodels.ramp import RampModel, SuperstripeRampModel

__all__ = ["RampModel", "SuperstripeRampModel"]
