"""The firstframe step: the first group of MIRI's ramps is not to be used."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from strun.engine.correction import Correction
from strun.steps.readout import takes_miri
from strun.steps.step import Step

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel

log = logging.getLogger(__name__)

# the first and the last are flagged, and two make a slope
_FEWEST_GROUPS = 4


class FirstFrameStep(Step):
    """
    Flag the first group of each integration as DO_NOT_USE.

    Deprecated in jwst since 2.0.0, where the rscd step flags it too: pipelines leave it out unless
    told otherwise.
    """

    class_alias = "firstframe"
    opens_ramp = True
    product_suffix = "firstframe"
    panels = "jwst.panels:FIRSTFRAME"
    shares = (
        ("samples_first_group", "samples", "flagged DO_NOT_USE as first groups"),
        ("pixels_kept", "pixels", "saturate early and keep theirs"),
    )
    spec = """
    bright_use_group1 = boolean(default=True)  # Keep it where the third group is saturated
    skip              = boolean(default=True)  # In pipelines: only record that it was skipped
    """

    bright_use_group1: bool

    def prepare(self, model: JwstDataModel) -> Correction | None:
        """Return the flagging of the first group, None for other instruments and short ramps."""
        from jwst.firstframe.correction import FirstFrameCorrection

        log.warning("The firstframe step is deprecated: rscd flags the first group too")
        if not takes_miri(model, log, fewest_groups=_FEWEST_GROUPS):
            return None
        return FirstFrameCorrection(keep_bright=self.bright_use_group1)
