"""calwebb_guider: raw exposures of guiders to count rates."""

from __future__ import annotations

from typing import ClassVar

from jwst.dq_init.dq_init_step import DQInitStep
from jwst.guider_cds.guider_cds_step import GuiderCdsStep
from jwst.pipeline.missing import FlatFieldStep
from strun.steps.pipeline import Pipeline
from strun.steps.step import Step


class GuiderPipeline(Pipeline):
    """
    Flag a raw exposure of a guider, and make its count rates.

    Flat fields are jwst's alone.
    """

    class_alias: ClassVar[str | None] = "calwebb_guider"
    opens_ramp: ClassVar[bool] = True
    product_suffix: ClassVar[str | None] = "cal"
    step_defs: ClassVar[dict[str, type[Step]]] = {
        "dq_init": DQInitStep,
        "guider_cds": GuiderCdsStep,
        "flat_field": FlatFieldStep,
    }
