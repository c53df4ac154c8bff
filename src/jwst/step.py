"""All steps under one name of a module."""

from jwst.charge_migration.charge_migration_step import ChargeMigrationStep
from jwst.dark_current.dark_current_step import DarkCurrentStep
from jwst.dq_init.dq_init_step import DQInitStep
from jwst.firstframe.firstframe_step import FirstFrameStep
from jwst.gain_scale.gain_scale_step import GainScaleStep
from jwst.group_scale.group_scale_step import GroupScaleStep
from jwst.guider_cds.guider_cds_step import GuiderCdsStep
from jwst.ipc.ipc_step import IPCStep
from jwst.jump.jump_step import JumpStep
from jwst.lastframe.lastframe_step import LastFrameStep
from jwst.linearity.linearity_step import LinearityStep
from jwst.persistence.persistence_step import PersistenceStep
from jwst.ramp_fitting.ramp_fit_step import RampFitStep
from jwst.refpix.refpix_step import RefPixStep
from jwst.reset.reset_step import ResetStep
from jwst.rscd.rscd_step import RscdStep
from jwst.saturation.saturation_step import SaturationStep
from jwst.superbias.superbias_step import SuperBiasStep

__all__ = [
    "ChargeMigrationStep",
    "DQInitStep",
    "DarkCurrentStep",
    "FirstFrameStep",
    "GainScaleStep",
    "GroupScaleStep",
    "GuiderCdsStep",
    "IPCStep",
    "JumpStep",
    "LastFrameStep",
    "LinearityStep",
    "PersistenceStep",
    "RampFitStep",
    "RefPixStep",
    "ResetStep",
    "RscdStep",
    "SaturationStep",
    "SuperBiasStep",
]
