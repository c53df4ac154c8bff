"""The persistence step: samples after a saturation are flagged."""

from __future__ import annotations

import logging
import math
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from strun.datamodels.dqflags import group
from strun.datamodels.keywords import required
from strun.effects.effect import Effect, shares
from strun.engine.correction import Correction
from strun.errors import InputError
from strun.steps.readout import refuse_readout
from strun.steps.step import Step

if TYPE_CHECKING:
    from jwst.persistence.windows_file import Origin, WindowsFile
    from strun.datamodels.model import JwstDataModel
    from strun.engine.sparse import SparseValues

log = logging.getLogger(__name__)

_START = "int_start_MJD_UTC"
_CORNER = ("xstart", "ystart", "xsize", "ysize")


class PersistenceStep(Step):
    """
    Flag samples as PERSISTENCE for a time after saturation.

    As in jwst 3.0.0 no signal is subtracted.
    """

    class_alias = "persistence"
    opens_ramp = True
    product_suffix = "persistence"
    panels = "jwst.panels:PERSISTENCE"
    shares = (
        ("samples_persistence", "samples", "flagged PERSISTENCE"),
        ("pixels_before", "pixels", "with a window of before"),
        ("pixels_open", "pixels", "with one open at the end"),
    )
    spec = """
    save_persistence       = saved_file(default=None)  # Where windows go that stay open (ASDF)
    persistence_time       = integer(default=None)     # How long windows are (seconds)
    dn_threshold           = float(default=None)       # Samples above it open a window, too (DN)
    persistence_array_file = file(default=None)        # Windows that were left open before (ASDF)
    persistence_dnu        = boolean(default=False)    # Flag samples in windows as DO_NOT_USE, too
    skip                   = boolean(default=True)     # In pipelines: only record it as skipped
    """

    save_persistence: str | None
    persistence_time: int | None
    dn_threshold: float | None
    persistence_array_file: str | None
    persistence_dnu: bool

    def effect_of(self, counts: Mapping[str, Any]) -> Effect:
        """Return the share of samples and, where windows were handed on, those of pixels."""
        return shares(counts, [row for row in self.shares if row[0] in counts])

    def examine(self, model: JwstDataModel) -> None:
        """Refuse an exposure that was read out in superstripes."""
        refuse_readout(model, self.class_alias, "in superstripes")

    @property
    def handed_on(self) -> str | None:
        """The file of windows, which each exposure takes on from the one before."""
        if self.save_persistence is None or not self._has_time:
            return None
        from pathlib import PurePath

        # as jwst makes its name
        path = PurePath(self.save_persistence)
        named = path.suffix == ".asdf"
        return self.save_persistence if named else str(path.parent / f"{path.stem}.asdf")

    @property
    def _has_time(self) -> bool:
        return self.persistence_time is not None and self.persistence_time > 0

    def other_files(self, model: JwstDataModel) -> Sequence[WindowsFile]:
        """Return the file of windows that are open after the exposure, when it is to be saved."""
        from jwst.persistence.windows_file import WindowsFile

        if self.handed_on is None:
            return ()
        assert self.persistence_time is not None
        return [WindowsFile(self.handed_on, _origin(model), self.persistence_time)]

    def prepare(self, model: JwstDataModel) -> Correction | None:
        """Return the flagging; one that does nothing, and says FAILED, without a time."""
        from jwst.persistence.correction import PersistenceCorrection, Window
        from jwst.persistence.windows_file import WindowsFile

        if self.persistence_time is None or not self._has_time:
            log.warning("persistence_time is not given, or not above 0: nothing is flagged")
            nothing = Correction()
            nothing.status = "FAILED"
            return nothing
        flags = group["PERSISTENCE"] | (group["DO_NOT_USE"] if self.persistence_dnu else 0)
        window = Window(self.persistence_time, self.dn_threshold, flags)
        group_time = required(model, "meta.exposure.group_time", "windows are timed by it")
        starts = _starts(model)
        before = self._before(model, starts[0] + group_time)
        for file in self.other_files(model):
            file.require_usable()
        result = None if self.handed_on is None else WindowsFile.result
        assert model.shape is not None  # the exposure has samples
        return PersistenceCorrection(
            window,
            starts,
            group_time,
            before=before,
            result=result,
            pixels=math.prod(model.shape[-2:]),
        )

    def _before(self, model: JwstDataModel, first: float) -> SparseValues | None:
        """Return the windows that were left open, for an exposure with its first group then."""
        from jwst.persistence.windows_file import read_windows

        path, seconds = self.persistence_array_file, self.persistence_time
        if path is None or seconds is None:
            return None
        if not os.path.exists(path):
            # as in jwst; the first exposure of several leaves it for the next
            begins = os.path.abspath(path) == os.path.abspath(self.handed_on or "")
            level = logging.INFO if begins else logging.WARNING
            log.log(level, "%s: no such file: no window of an earlier exposure is open", path)
            return None
        found = read_windows(path, _origin(model), seconds)
        later = 0 if found is None else int((found.values > first + seconds).sum())
        if later:
            log.warning(
                "%s: %d of its windows open after %s begins, and are left out: it is of this "
                "exposure or a later one; to repeat a series, remove it and begin with the first",
                *(path, later, model.label),
            )
        return found


def _origin(model: JwstDataModel) -> Origin:
    """Return what is said of an exposure in a file of windows."""
    from jwst.persistence.windows_file import Origin

    meta, shape = model.meta, model.shape
    assert shape is not None  # the exposure has samples
    if meta.instrument.detector is None:
        raise InputError(f"{model.label}: DETECTOR is missing, which windows are kept by; add it")
    corner = tuple(getattr(meta.subarray, name) for name in _CORNER)
    known = None if None in corner else corner
    rows, columns = shape[-2:]
    return Origin(model.label, meta.instrument.detector, known, meta.filename, (rows, columns))


def _starts(model: JwstDataModel) -> list[float]:
    """Return when each integration begins, in seconds."""
    from jwst.persistence.correction import seconds_of

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
