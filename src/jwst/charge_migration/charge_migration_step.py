"""The charge_migration step: samples whose charge went to their neighbors are flagged."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from strun.engine.correction import Correction
from strun.steps.readout import refuse_readout
from strun.steps.step import Step

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel

log = logging.getLogger(__name__)

_FEWEST_GROUPS = 3


class ChargeMigrationStep(Step):
    """
    Flag samples so bright that charge migrates from them.

    These, their four neighbors, and all later samples of both get CHARGELOSS and DO_NOT_USE.
    """

    class_alias = "charge_migration"
    opens_ramp = True
    product_suffix = "charge_migration"
    panels = "jwst.panels:CHARGE_MIGRATION"
    shares = (("samples_lost", "samples", "flagged CHARGELOSS"),)
    spec = """
    signal_threshold = float(default=25000)   # Samples above it are flagged (DN)
    skip             = boolean(default=True)  # In pipelines: only record that it was skipped
    """

    signal_threshold: float

    def examine(self, model: JwstDataModel) -> None:
        """Refuse an exposure that was read out in superstripes."""
        refuse_readout(model, self.class_alias, "in superstripes")

    def prepare(self, model: JwstDataModel) -> Correction | None:
        """Return the flagging, None for exposures of fewer than three groups."""
        from jwst.charge_migration.correction import ChargeMigrationCorrection

        shape = model.shape
        if shape is None or len(shape) < 4 or shape[1] < _FEWEST_GROUPS:
            log.warning("Fewer than three groups: the step is skipped")
            return None
        log.info("Samples above %g DN are flagged", self.signal_threshold)
        return ChargeMigrationCorrection(self.signal_threshold)
