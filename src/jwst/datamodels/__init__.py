"""Data models of JWST exposures and reference files."""

from __future__ import annotations

from jwst.datamodels import dqflags
from jwst.datamodels.cube import CubeModel
from jwst.datamodels.guider import GuiderRawModel
from jwst.datamodels.image import ImageModel
from jwst.datamodels.level1b import Level1bModel
from jwst.datamodels.linearity import LinearityModel
from jwst.datamodels.mask import MaskModel
from jwst.datamodels.model_base import DataModel, JwstDataModel
from jwst.datamodels.opening import open_model as open
from jwst.datamodels.opening import read_metadata
from jwst.datamodels.protocol import AbstractDataModel
from jwst.datamodels.ramp import RampModel, SuperstripeRampModel
from jwst.datamodels.reference import ReferenceFileModel

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
    "RampModel",
    "ReferenceFileModel",
    "SuperstripeRampModel",
    "dqflags",
    "open",
    "read_metadata",
]
