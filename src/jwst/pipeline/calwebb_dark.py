"""calwebb_dark: raw exposures of darks to linearized ramps; calwebb_detector1 begins alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from jwst.dq_init.dq_init_step import DQInitStep
from jwst.firstframe.firstframe_step import FirstFrameStep
from jwst.group_scale.group_scale_step import GroupScaleStep
from jwst.ipc.ipc_step import IPCStep
from jwst.lastframe.lastframe_step import LastFrameStep
from jwst.linearity.linearity_step import LinearityStep
from jwst.pipeline.missing import EmiCorrStep
from jwst.refpix.refpix_step import RefPixStep
from jwst.reset.reset_step import ResetStep
from jwst.rscd.rscd_step import RscdStep
from jwst.saturation.saturation_step import SaturationStep
from jwst.superbias.superbias_step import SuperBiasStep
from strun.steps.pipeline import Pipeline
from strun.steps.step import Step

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel

FIRST_STEPS: dict[str, type[Step]] = {
    "group_scale": GroupScaleStep,
    "dq_init": DQInitStep,
    "emicorr": EmiCorrStep,
    "saturation": SaturationStep,
    "ipc": IPCStep,
    "superbias": SuperBiasStep,
    "refpix": RefPixStep,
}
"""Those that calwebb_detector1 names first, too."""

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


class DarkPipeline(Pipeline):
    """Correct a raw exposure of a dark, up to linearized ramps."""

    class_alias: ClassVar[str | None] = "calwebb_dark"
    opens_ramp: ClassVar[bool] = True
    product_suffix: ClassVar[str | None] = "dark"
    step_defs: ClassVar[dict[str, type[Step]]] = {
        **FIRST_STEPS,
        "firstframe": FirstFrameStep,
        "lastframe": LastFrameStep,
        "reset": ResetStep,
        "linearity": LinearityStep,
        "rscd": RscdStep,
    }
    orders: ClassVar[dict[str, tuple[str, ...]]] = LINEAR_STEPS

    def order(self, model: JwstDataModel) -> Iterable[str]:
        """Return the names of the steps that an exposure of its instrument needs, in order."""
        return self.orders[instruments_of(model)]
