"""Drifts of MIRI's outputs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from factories import make_ramp

from jwst.refpix import RefPixStep
from jwst.refpix.layout import Layout, tiles_of
from jwst.refpix.miri_correction import MiriRefPixCorrection, Outputs
from strun.datamodels.subarray import Border
from strun.steps.running import run_on_file
from strun.testing import check_correction

FULL = (1024, 1032)


def _full(path: Path, ngroups: int) -> Path:
    return make_ramp(path, shape=(1, ngroups, *FULL), SUBSTRT1=1, SUBSTRT2=1)


def test_drift_since_the_first_group_is_taken_away(folder: Path) -> None:
    path, drift = _full(folder / "x.fits", 3), np.array([0, 7, -3], np.float32)
    with fits.open(path, mode="update") as hdus:
        hdus["SCI"].data[0] = 1000 + drift[:, None, None]
        hdus["PIXELDQ"].data[:] = 0
    product = str(run_on_file(RefPixStep(), str(path)).product)
    assert (fits.getdata(product, "SCI") == 1000).all()
    assert fits.getval(product, "S_REFPIX") == "COMPLETE"


def test_output_without_good_pixels_at_one_side_leaves_all_as_it_is(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = _full(folder / "x.fits", 2)
    with fits.open(path, mode="update") as hdus:
        hdus["PIXELDQ"].data[:, 1028] = 1
    product = str(run_on_file(RefPixStep(), str(path)).product)
    np.testing.assert_array_equal(fits.getdata(product, "SCI"), fits.getdata(path, "SCI"))
    assert "no good reference pixels at one side" in caplog.text


def test_subarray_is_skipped(ramp: Path) -> None:
    product = str(run_on_file(RefPixStep(), str(ramp)).product)
    assert fits.getval(product, "S_REFPIX") == "SKIPPED"


@pytest.mark.parametrize("by_parity", [False, True])
def test_outputs_have_drifts_of_their_own(rng: np.random.Generator, by_parity: bool) -> None:
    rows, columns = np.arange(6), np.arange(1032)
    layout = Layout(tiles_of((6, 1032), Border((0, 0), (4, 4))), rows, columns)
    outputs = Outputs(layout, np.ones(48, bool), by_parity=by_parity, limit=100.0)
    values = rng.normal(0, 9, (2, 48)).astype(np.float32)
    since, found = (values[1] - values[0]).reshape(6, 8), outputs.drifts(values)[1]
    for parity in (0, 1):
        mine = since[parity::2] if by_parity else since
        for output in range(4):
            sides = mine[:, output].mean() + mine[:, output + 4].mean()
            assert found[parity, output] == pytest.approx(sides / 2, rel=1e-5)


def test_bits_and_counts_do_not_depend_on_blocks(rng: np.random.Generator) -> None:
    data = rng.normal(1000, 30, (2, 3, 8, 1032)).astype(np.float32)
    border = Border((0, 0), (4, 4))
    correction = MiriRefPixCorrection(border, (8, 1032), by_parity=True, limit=3.0)
    arrays = {"data": data, "pixeldq": np.zeros((8, 1032), np.uint32)}
    check_correction(correction, arrays)
