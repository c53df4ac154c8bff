"""Data models of JWST exposures and reference files."""

from jwst.datamodels import dqflags
from jwst.datamodels.cube import CubeModel
from jwst.datamodels.guider import GuiderRawModel
from jwst.datamodels.image import ImageModel
from jwst.datamodels.level1b import Level1bModel
from jwst.datamodels.linearity import LinearityModel
from jwst.datamodels.mask import MaskModel
from jwst.datamodels.model_base import DataModel, JwstDataModel
from jwst.datamodels.ramp import RampModel, SuperstripeRampModel
from jwst.datamodels.reference import ReferenceFileModel
from strun.datamodels.exposure_models import GuiderCalModel, IFUImageModel, RampFitOutputModel
from strun.datamodels.model import AbstractDataModel
from strun.datamodels.opening import open_model as open
from strun.datamodels.opening import read_metadata
from strun.datamodels.reference_models import (
    DarkMIRIModel,
    DarkModel,
    DarkNirspecModel,
    GainModel,
    IPCModel,
    ReadnoiseModel,
    ReferenceCubeModel,
    ReferenceImageModel,
    ReferenceQuadModel,
    ResetModel,
    RSCDModel,
    SaturationModel,
    SuperBiasModel,
)

__all__ = [
    "AbstractDataModel",
    "CubeModel",
    "DarkMIRIModel",
    "DarkModel",
    "DarkNirspecModel",
    "DataModel",
    "GainModel",
    "GuiderCalModel",
    "GuiderRawModel",
    "IFUImageModel",
    "IPCModel",
    "ImageModel",
    "JwstDataModel",
    "Level1bModel",
    "LinearityModel",
    "MaskModel",
    "RSCDModel",
    "RampFitOutputModel",
    "RampModel",
    "ReadnoiseModel",
    "ReferenceCubeModel",
    "ReferenceFileModel",
    "ReferenceImageModel",
    "ReferenceQuadModel",
    "ResetModel",
    "SaturationModel",
    "SuperBiasModel",
    "SuperstripeRampModel",
    "dqflags",
    "open",
    "read_metadata",
]
