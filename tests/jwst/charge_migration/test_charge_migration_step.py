"""The charge_migration step on files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from astropy.io import fits
from factories import SIZE, make_ramp

from jwst.charge_migration import ChargeMigrationStep
from jwst.charge_migration.correction import flag_migration
from strun.datamodels.dqflags import group
from strun.steps.running import run_on_file
from strun.testing import check_correction

DO_NOT_USE = group["DO_NOT_USE"]
LOST = group["CHARGELOSS"] | DO_NOT_USE


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


def plain(data: np.ndarray, groupdq: np.ndarray, threshold: float) -> np.ndarray:
    """Flag sample by sample."""
    flags = groupdq.copy()
    for number, row, column in np.argwhere((data > threshold) & (groupdq != DO_NOT_USE)):
        for y, x in ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)):
            if 0 <= row + y < data.shape[1] and 0 <= column + x < data.shape[2]:
                flags[number:, row + y, column + x] |= LOST
    return flags


def test_flag_migration_equals_plain_flagging(rng: np.random.Generator) -> None:
    data = rng.uniform(0, 26000, (5, 9, 8)).astype(np.float32)
    data[0, 0, 0] = np.nan
    flags = rng.choice([0, 0, DO_NOT_USE, 2, 3, 4], data.shape).astype(np.uint8)
    expected = plain(data, flags, 25000)
    flag_migration(data, flags, threshold=25000)
    assert flags.tobytes() == expected.tobytes()


def test_flag_migration_takes_a_sample_at_the_threshold_for_good() -> None:
    data = np.full((3, 2, 2), 25000, np.float32)
    flags = np.zeros(data.shape, np.uint8)
    flag_migration(data, flags, threshold=25000)
    assert not flags.any()
