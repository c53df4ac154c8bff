"""Data models of JWST exposures and reference files."""

from __future__ import annotations

from jwst.datamodels import dqflags
from jwst.datamodels.image import CubeModel, ImageModel
from jwst.datamodels.model import JwstDataModel
from jwst.datamodels.opening import open_model as open
from jwst.datamodels.protocol import AbstractDataModel
from jwst.datamodels.ramp import GuiderRawModel, Level1bModel, RampModel, SuperstripeRampModel
from jwst.datamodels.reference import LinearityModel, MaskModel, ReferenceFileModel

DataModel = JwstDataModel

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
]
