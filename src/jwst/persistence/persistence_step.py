"""The persistence step: samples after a saturation are flagged."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, ClassVar

from strun.errors import InputError
from strun.steps.readout import refuse_readout
from strun.steps.step import Step

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel
    from strun.effects.effect import Share
    from strun.engine.correction import Correction

log = logging.getLogger(__name__)

_START = "int_start_MJD_UTC"
_NOT_HERE = ("save_persistence", "persistence_array_file")


class PersistenceStep(Step):
    """
    Flag samples as PERSISTENCE for a time after saturation.

    As in jwst 3.0.0 no signal is subtracted.
    """

    class_alias: ClassVar[str | None] = "persistence"
    opens_ramp: ClassVar[bool] = True
    product_suffix: ClassVar[str | None] = "persistence"
    panels: ClassVar[str | None] = "jwst.persistence.panels"
    shares: ClassVar[tuple[Share, ...]] = (
        ("samples_persistence", "samples", "flagged PERSISTENCE"),
    )
    spec = """
    save_persistence       = string(default=None)    # Save the windows (ASDF): strun does not yet
    persistence_time       = integer(default=None)   # How long windows are (seconds)
    dn_threshold           = float(default=None)     # Samples above it open a window, too (DN)
    persistence_array_file = string(default=None)    # Windows of before (ASDF): strun has not yet
    persistence_dnu        = boolean(default=False)  # Flag samples in windows as DO_NOT_USE, too
    skip                   = boolean(default=True)   # In pipelines: only record that it was skipped
    """

    persistence_time: int | None
    dn_threshold: float | None
    persistence_dnu: bool

    def examine(self, model: JwstDataModel) -> None:
        """
        Refuse what jwst would do and this package does not.

        Raises
        ------
        InputError
            Names the parameter and who set it.
        """
        refuse_readout(model, self.class_alias, "in superstripes")
        for name in _NOT_HERE:
            if getattr(self, name) is not None:
                said = self.origins.get(name, "its default")
                raise InputError(
                    f"{name} of persistence is set ({said}), and strun has not this yet; leave it "
                    "out, or use jwst"
                )

    def prepare(self, model: JwstDataModel) -> Correction | None:
        """Return the flagging; one that does nothing, and says FAILED, without a time."""
        from jwst.persistence.correction import PersistenceCorrection, Window
        from strun.datamodels.dqflags import group
        from strun.datamodels.required import required

        if self.persistence_time is None or self.persistence_time <= 0:
            log.warning("persistence_time is not given, or not above 0: nothing is flagged")
            return _nothing()
        flags = group["PERSISTENCE"] | (group["DO_NOT_USE"] if self.persistence_dnu else 0)
        window = Window(self.persistence_time, self.dn_threshold, flags)
        group_time = required(model, "meta.exposure.group_time", "windows are timed by it")
        return PersistenceCorrection(window, _starts(model), group_time)


def _nothing() -> Correction:
    from strun.engine.correction import Correction

    nothing = Correction()
    nothing.status = "FAILED"
    return nothing


def _starts(model: JwstDataModel) -> list[float]:
    """Return when each integration begins, in seconds."""
    from jwst.persistence.windows import seconds_of

    said, shape = model.meta.exposure, model.shape
    assert shape is not None  # the exposure has samples
    rows = model.int_times
    if rows is not None and _START not in rows.dtype.names:
        raise InputError(
            f"{model.label}: INT_TIMES has no column {_START}, which windows are timed by; get a "
            "whole copy, or take the table away"
        )
    known = 0 if rows is None else len(rows)
    starts = [seconds_of(float(rows[n][_START])) for n in range(min(known, shape[0]))]
    if len(starts) < shape[0]:
        if said.start_time is None or said.integration_time is None:
            raise InputError(
                f"{model.label}: EXPSTART or EFFINTTM is missing, which windows are timed by; add "
                "them, or a table INT_TIMES"
            )
        begin = seconds_of(said.start_time)
        starts += [begin + n * said.integration_time for n in range(len(starts), shape[0])]
    return starts
