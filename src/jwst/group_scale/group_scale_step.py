"""The group_scale step: groups scaled to the mean of their frames."""

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


class GroupScaleStep(Step):
    """
    Scale groups that were averaged with a wrong divisor.

    On board sums of frames are divided by FRMDIVSR, a power of two; where that is not their number,
    samples are multiplied by FRMDIVSR / NFRAMES. Most exposures need no scaling: the step is
    skipped when both are equal, or one is missing.
    """

    class_alias = "group_scale"
    opens_ramp = True
    product_suffix = "group_scale"
    spec = """
    force = boolean(default=False)  # Scale an exposure that says it is scaled already
    """

    force: bool

    def effect_of(self, counts: Mapping[str, Any]) -> Effect:
        """Return how many samples were multiplied, and by what."""
        times = f"multiplied by {counts['factor']:.6g}"
        line = f"{counts['samples_scaled']:,} samples {times} (FRMDIVSR / NFRAMES)"
        return Effect(dict(counts), line, times)

    def examine(self, model: JwstDataModel) -> None:
        """Refuse an exposure that is scaled already, unless `force` is set."""
        self.refuse_repetition(model, force=self.force)

    def prepare(self, model: JwstDataModel) -> Correction | None:
        """Return the scaling of the exposure's groups, None when it needs none."""
        from jwst.group_scale.correction import GroupScaleCorrection

        nframes, divisor = model.meta.exposure.nframes, model.meta.exposure.frame_divisor
        if nframes is None or divisor is None:
            missing = "NFRAMES" if nframes is None else "FRMDIVSR"
            log.warning("%s is missing: groups are not scaled, the step is skipped", missing)
            return None
        if nframes == divisor:
            log.info("NFRAMES and FRMDIVSR are both %d: no scaling needed, skipped", nframes)
            return None
        if nframes < 1:
            raise InputError(f"{model.label}: NFRAMES is {nframes}, expected 1 or more; correct it")
        log.info("Scaling all groups by %d/%d", divisor, nframes)
        return GroupScaleCorrection(divisor, nframes)
