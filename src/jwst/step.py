"""All steps under one name of a module."""

from __future__ import annotations

from jwst.dq_init.dq_init_step import DQInitStep
from jwst.linearity.linearity_step import LinearityStep
from jwst.saturation.saturation_step import SaturationStep

__all__ = ["DQInitStep", "LinearityStep", "SaturationStep"]
