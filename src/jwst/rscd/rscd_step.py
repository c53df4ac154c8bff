"""The rscd step: the first groups of MIRI's ramps are not to be used."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from strun.engine.correction import Correction
from strun.errors import InputError, ReferenceFileError
from strun.steps.readout import is_miri, takes_miri
from strun.steps.step import Step

if TYPE_CHECKING:
    from jwst.rscd.correction import Groups
    from strun.datamodels.model import JwstDataModel
    from strun.datamodels.reference_models import RSCDModel

log = logging.getLogger(__name__)

# the slitless prism as raw files of before 2016 call it
_OLD_NAMES = {"SUBPRISM": "SLITLESSPRISM"}


class RscdStep(Step):
    """
    Flag the first groups of each integration as DO_NOT_USE.

    They hold the reset switch charge decay of MIRI. How many they are says the RSCD reference
    file, by subarray and readout pattern; bright pixels lose fewer, and get FLUX_ESTIMATED.
    """

    class_alias = "rscd"
    opens_ramp = True
    product_suffix = "rscd"
    panels = "jwst.panels:RSCD"
    shares = (
        ("samples_first_groups", "samples", "flagged DO_NOT_USE as first groups"),
        ("pixels_fewer_first", "pixels", "saturate early and lose fewer of the first integration"),
        ("pixels_fewer_later", "pixels", "fewer of a later one"),
    )
    reference_file_types = ["rscd"]

    def asked_references(self, model: JwstDataModel) -> list[str]:
        """Return none for other instruments."""
        return self.reference_file_types if is_miri(model) else []

    def prepare(self, model: JwstDataModel) -> Correction | None:
        """Return the flagging of the first groups, None when there is nothing to flag by."""
        from strun.datamodels.reference_models import RSCDModel

        if not takes_miri(model, log):
            return None
        reference = self.open_reference(model, "rscd", RSCDModel)
        if reference is None:
            return None
        name = self.references["rscd"].name
        wanted = _wanted(model, reference, name)
        return None if wanted is None else _correction(model, wanted)


def _correction(model: JwstDataModel, wanted: Groups) -> Correction | None:
    from jwst.rscd.correction import FEWEST_GROUPS, RscdCorrection, groups_to_flag

    shape, exposure = model.shape, model.meta.exposure
    assert shape is not None  # the exposure has samples
    ngroups, nints = exposure.ngroups or shape[1], exposure.nints or shape[0]
    if ngroups < FEWEST_GROUPS:
        log.warning("%d groups, expected %d or more: the step is skipped", ngroups, FEWEST_GROUPS)
        return None
    groups = groups_to_flag(wanted, ngroups=ngroups, nints=nints)
    log.info("Groups to flag: %d of the first integration, %d of later ones", *groups)
    starts = exposure.integration_start in (None, 1)
    return RscdCorrection(groups, first=starts, later=nints > 1)


def _wanted(model: JwstDataModel, reference: RSCDModel, name: str) -> Groups | None:
    """Return what the reference says for the exposure, None when it has no row for it."""
    from jwst.rscd.correction import Groups

    subarray, readpatt = model.meta.subarray.name, model.meta.exposure.readpatt
    if subarray is None:
        raise InputError(
            f"{model.label}: SUBARRAY is missing, by which the groups are chosen; add it"
        )
    rows = reference.rscd_group_skip_table
    if rows is None:
        raise ReferenceFileError(f"{name}: no RSCD_GROUP_SKIP table; is it a rscd reference?")
    columns = {column.lower(): rows[column] for column in rows.dtype.names or ()}
    missing = {"subarray", "readpatt", "group_skip"} - set(columns)
    if missing:
        raise ReferenceFileError(
            f"{name}: RSCD_GROUP_SKIP has no column {' and no '.join(sorted(missing))}; is it a "
            "rscd reference?"
        )
    subarray = _OLD_NAMES.get(subarray.upper(), subarray)
    found = (columns["subarray"] == subarray) & (columns["readpatt"] == readpatt)
    if not found.any():
        log.warning("%s has no row for %s, %s: the step is skipped", name, subarray, readpatt)
        return None
    row = int(found.argmax())
    if "group_skip1" not in columns or columns["group_skip1"][row] < 0:
        log.warning("%s says nothing of first integrations: one group of them is flagged", name)
        return Groups(1, int(columns["group_skip"][row]))
    return Groups(int(columns["group_skip1"][row]), int(columns["group_skip"][row]))
