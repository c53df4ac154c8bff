"""The lastframe step: the last group of MIRI's ramps is not to be used."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from strun.engine.correction import Correction
from strun.steps.readout import takes_miri
from strun.steps.step import Step

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel

log = logging.getLogger(__name__)

# fewer would leave no slope
_FEWEST_GROUPS = 3


class LastFrameStep(Step):
    """
    Flag the last group of each integration as DO_NOT_USE.

    It holds the transient of the reset that ends a ramp of MIRI.
    """

    class_alias = "lastframe"
    opens_ramp = True
    product_suffix = "lastframestep"
    panels = "jwst.panels:LASTFRAME"
    shares = (("samples_last_group", "samples", "flagged DO_NOT_USE as last groups"),)

    def prepare(self, model: JwstDataModel) -> Correction | None:
        """Return the flagging of the last group, None for other instruments and short ramps."""
        from jwst.lastframe.correction import LastFrameCorrection

        if not takes_miri(model, log, fewest_groups=_FEWEST_GROUPS):
            return None
        return LastFrameCorrection()
