"""The steps of a detector, and their orders, which calwebb_dark and calwebb_detector1 share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwst.dq_init.dq_init_step import DQInitStep
from jwst.group_scale.group_scale_step import GroupScaleStep
from jwst.ipc.ipc_step import IPCStep
from jwst.pipeline.missing import EmiCorrStep
from jwst.refpix.refpix_step import RefPixStep
from jwst.saturation.saturation_step import SaturationStep
from jwst.superbias.superbias_step import SuperBiasStep

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel
    from strun.steps.step import Step

FIRST_STEPS: dict[str, type[Step]] = {
    "group_scale": GroupScaleStep,
    "dq_init": DQInitStep,
    "emicorr": EmiCorrStep,
    "saturation": SaturationStep,
    "ipc": IPCStep,
    "superbias": SuperBiasStep,
    "refpix": RefPixStep,
}
"""Those that both name first."""

MIRI, NEAR_INFRARED = "MIRI", "NIRCam, NIRISS, NIRSpec, FGS"

LINEAR_STEPS = {
    MIRI: (
        "group_scale",
        "dq_init",
        "emicorr",
        "saturation",
        "ipc",
        "firstframe",
        "lastframe",
        "reset",
        "linearity",
        "rscd",
    ),
    NEAR_INFRARED: (
        "group_scale",
        "dq_init",
        "saturation",
        "ipc",
        "superbias",
        "refpix",
        "linearity",
    ),
}
"""The steps from the raw exposure to its linearized ramps, in order, by instruments."""


def instruments_of(model: JwstDataModel) -> str:
    """Return which instruments, those of an exposure among them, need the same steps."""
    return MIRI if model.meta.instrument.name == "MIRI" else NEAR_INFRARED
