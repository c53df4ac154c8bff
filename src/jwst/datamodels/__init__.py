"""Data models of JWST exposures and reference files."""

from __future__ import annotations

from jwst.datamodels import dqflags
from jwst.datamodels.model_base import DataModel, JwstDataModel
from strun.datamodels.cube import CubeModel
from strun.datamodels.guider import GuiderRawModel
from strun.datamodels.image import ImageModel
from strun.datamodels.level1b import Level1bModel
from strun.datamodels.linearity import LinearityModel
from strun.datamodels.mask import MaskModel
from strun.datamodels.opening import open_model as open
from strun.datamodels.opening import read_metadata
from strun.datamodels.protocol import AbstractDataModel
from strun.datamodels.ramp import RampModel, SuperstripeRampModel
from strun.datamodels.reference import ReferenceFileModel
from strun.datamodels.reset import ResetModel
from strun.datamodels.rscd import RSCDModel
from strun.datamodels.saturation import SaturationModel
from strun.datamodels.superbias import SuperBiasModel

__all__ = [
    "AbstractDataModel",
    "CubeModel",
    "DataModel",
    "GuiderRawModel",
    "ImageModel",
    "JwstDataModel",
    "Level1bModel",
    "LinearityModel",
    "MaskModel",
    "RSCDModel",
    "RampModel",
    "ReferenceFileModel",
    "ResetModel",
    "SaturationModel",
    "SuperBiasModel",
    "SuperstripeRampModel",
    "dqflags",
    "open",
    "read_metadata",
]
