"""The charge_migration step on files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from astropy.io import fits
from factories import SIZE, make_ramp

from jwst.charge_migration import ChargeMigrationStep
from jwst.charge_migration.flagging import flag_migration
from strun.steps.running import run_on_file
from strun.testing import check_correction


def test_samples_above_the_threshold_are_flagged(folder: Path) -> None:
    ramp = make_ramp(folder / "x_rscd.fits")
    product = str(run_on_file(ChargeMigrationStep(signal_threshold=5000.0), str(ramp)).product)
    flags = fits.getdata(ramp, "GROUPDQ").astype(np.uint8)
    data = fits.getdata(ramp, "SCI").astype(np.float32)
    for values, each in zip(data, flags, strict=True):
        flag_migration(values, each, threshold=5000.0)
    assert np.array_equal(fits.getdata(product, "GROUPDQ"), flags)
    assert fits.getval(product, "S_CHGMIG") == "COMPLETE"


def test_two_groups_are_left_alone(folder: Path) -> None:
    ramp = make_ramp(folder / "x_rscd.fits", shape=(1, 2, *SIZE))
    header = fits.getheader(str(run_on_file(ChargeMigrationStep(), str(ramp)).product))
    assert header["S_CHGMIG"] == "SKIPPED"


def test_correction_gives_the_same_however_it_is_cut(folder: Path) -> None:
    step = ChargeMigrationStep(signal_threshold=5000.0)
    with step.open_input(str(make_ramp(folder / "x_rscd.fits"))) as model:
        correction = step.prepare(model)
        assert correction is not None
        check_correction(correction, {"data": model.data, "groupdq": model.groupdq})
