"""The gain_scale step: count rates of a non-standard gain are scaled."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from strun.effects.effect import Effect
from strun.engine.correction import Correction
from strun.errors import InputError
from strun.steps.step import Step

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel

log = logging.getLogger(__name__)


class GainScaleStep(Step):
    """
    Scale count rates to the standard gain.

    They are multiplied by GAINFACT: the gain that the exposure was taken with, over the standard.
    It comes from the exposure's header, else from that of the GAIN reference file. Exposures
    without one are of standard gain, and left alone. Variances are multiplied by its square.
    """

    class_alias = "gain_scale"
    product_suffix = "gain_scale"
    spec = """
    force = boolean(default=False)  # Scale an exposure that says it is scaled already
    """
    reference_file_types = ["gain"]

    force: bool

    def effect_of(self, counts: Mapping[str, Any]) -> Effect:
        """Return how many rates were multiplied, and by what."""
        times = f"multiplied by {counts['factor']:.6g}"
        return Effect(dict(counts), f"{counts['rates_scaled']:,} rates {times} (GAINFACT)", times)

    def asked_references(self, model: JwstDataModel) -> list[str]:
        """Return none when the exposure tells the factor."""
        told = model.meta.exposure.gain_factor is not None
        return [] if told else self.reference_file_types

    def examine(self, model: JwstDataModel) -> None:
        """Refuse an exposure that is scaled already, unless `force` is set."""
        self.refuse_repetition(model, force=self.force)

    def prepare(self, model: JwstDataModel) -> Correction | None:
        """Return the scaling, None when no factor is told; refuse ramps when there is one."""
        from jwst.gain_scale.correction import GainScaleCorrection, RateScaling

        factor = model.meta.exposure.gain_factor
        if factor is None:
            factor = self._factor_of_reference(model)
        if factor is None:
            log.info("No GAINFACT, neither of the exposure nor of its gain: the step is skipped")
            return None
        if self.parent is not None and model.meta.cal_step.ramp_fit == "COMPLETE":
            log.info("Scaling by %s", factor)
            return RateScaling(float(factor))
        if "groupdq" in model.arrays or "err" not in model.arrays:
            raise InputError(
                f"{model.label}: a {type(model).__name__} holds no count rates, expected what "
                "ramp_fit makes (_rate, _rateints); gain_scale comes after it"
            )
        names = _scaled(model)
        for name in names:
            shape = model.array_shape(name)
            if shape != model.shape:
                raise InputError(
                    f"{model.label}: {model.arrays[name].hdu} is {shape} and SCI {model.shape}, "
                    "expected equal shapes; the file is damaged, get a whole copy"
                )
        log.info("Scaling by %s", factor)
        model.meta.exposure.gain_factor = factor
        return GainScaleCorrection(float(factor), names)

    def _factor_of_reference(self, model: JwstDataModel) -> float | None:
        from strun.datamodels.reference_models import GainModel

        reference = self.open_reference(model, "gain", GainModel, needed=False)
        if reference is None:
            return None
        factor: float | None = reference.meta.exposure.gain_factor
        return factor


def _scaled(model: JwstDataModel) -> tuple[str, ...]:
    """Return the count rates, errors and variances that an exposure has."""
    from jwst.gain_scale.correction import RATES, VARIANCES

    known = [name for name in (*RATES, *VARIANCES) if name in model.arrays]
    return tuple(name for name in known if model.has_array(name))
