"""calwebb_dark: raw exposures of darks to linearized ramps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from jwst.firstframe.firstframe_step import FirstFrameStep
from jwst.lastframe.lastframe_step import LastFrameStep
from jwst.linearity.linearity_step import LinearityStep
from jwst.pipeline.detector_steps import FIRST_STEPS, LINEAR_STEPS, instruments_of
from jwst.reset.reset_step import ResetStep
from jwst.rscd.rscd_step import RscdStep
from strun.datamodels.model import JwstDataModel
from strun.steps.pipeline import Pipeline
from strun.steps.step import Step


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
