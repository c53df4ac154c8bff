"""calwebb_detector1: raw exposures to count rates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from jwst.charge_migration.charge_migration_step import ChargeMigrationStep
from jwst.dark_current.dark_current_step import DarkCurrentStep
from jwst.dq_init import dq_init_step
from jwst.firstframe.firstframe_step import FirstFrameStep
from jwst.gain_scale.gain_scale_step import GainScaleStep
from jwst.jump.jump_step import JumpStep
from jwst.lastframe.lastframe_step import LastFrameStep
from jwst.linearity import linearity_step
from jwst.linearity.linearity_step import LinearityStep
from jwst.persistence.persistence_step import PersistenceStep
from jwst.pipeline.calwebb_dark import (
    FIRST_STEPS,
    LINEAR_STEPS,
    MIRI,
    NEAR_INFRARED,
    instruments_of,
)
from jwst.pipeline.missing import CleanFlickerNoiseStep, PictureFrameStep
from jwst.ramp_fitting.ramp_fit_step import RampFitStep
from jwst.reset.reset_step import ResetStep
from jwst.rscd.rscd_step import RscdStep
from strun.errors import ValidationError
from strun.steps.pipeline import Pipeline
from strun.steps.step import Step

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel

__all__ = ["Detector1Pipeline", "dq_init_step", "linearity_step"]

_TO_RATES = (
    "charge_migration",
    "jump",
    "picture_frame",
    "clean_flicker_noise",
    "persistence",
    "ramp_fit",
    "gain_scale",
)


class Detector1Pipeline(Pipeline):
    """Correct a raw exposure, and fit its count rates."""

    class_alias: ClassVar[str | None] = "calwebb_detector1"
    opens_ramp: ClassVar[bool] = True
    spec = """
    save_calibrated_ramp = boolean(default=False) # Save the ramps that the rates are fitted to
    stop_after           = string(default=None)   # Name of the last step to run
    """
    step_defs: ClassVar[dict[str, type[Step]]] = {
        **FIRST_STEPS,
        "rscd": RscdStep,
        "firstframe": FirstFrameStep,
        "lastframe": LastFrameStep,
        "linearity": LinearityStep,
        "dark_current": DarkCurrentStep,
        "reset": ResetStep,
        "persistence": PersistenceStep,
        "charge_migration": ChargeMigrationStep,
        "jump": JumpStep,
        "picture_frame": PictureFrameStep,
        "clean_flicker_noise": CleanFlickerNoiseStep,
        "ramp_fit": RampFitStep,
        "gain_scale": GainScaleStep,
    }
    orders: ClassVar[dict[str, tuple[str, ...]]] = {
        MIRI: (*LINEAR_STEPS[MIRI], "dark_current", "refpix", *_TO_RATES),
        NEAR_INFRARED: (*LINEAR_STEPS[NEAR_INFRARED], "dark_current", *_TO_RATES),
    }

    persistence: PersistenceStep
    ramp_fit: RampFitStep
    save_calibrated_ramp: bool
    stop_after: str | None

    def order(self, model: JwstDataModel) -> Iterable[str]:
        """
        Return the names of the steps that an exposure of its instrument needs, in order.

        Raises
        ------
        ValidationError
            When `stop_after` names none of them.
        """
        steps = self.orders[instruments_of(model)]
        if self.stop_after is None:
            return steps
        if self.stop_after not in steps:
            raise ValidationError(
                f"stop_after = {self.stop_after}: is no step of this exposure; expected one of "
                f"{', '.join(steps)}"
            )
        return steps[: steps.index(self.stop_after) + 1]

    def default_suffix(self) -> str:
        """Return the suffix of the product: of rates, or of ramps when none are fitted."""
        fitted = self.stop_after in (None, "ramp_fit", "gain_scale") and not self.ramp_fit.skip
        return self._suffix or ("rate" if fitted else "ramp")

    def saved_after(self, step: Step) -> str | None:
        """Return the suffix of the calibrated ramps, which are complete before they are fitted."""
        return "ramp" if self.save_calibrated_ramp and step is self.persistence else None

    def ended(self, result: Any) -> Any:  # noqa: ANN401
        """Return the rates of the exposure; those of its integrations are a product beside."""
        if not isinstance(result, tuple):
            return result
        rates, integrations = result
        if integrations is not None and self.saves:
            self.save_model(integrations, "rateints", force=True)
        return rates
