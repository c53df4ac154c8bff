"""The step on exposures that are no plain ramps."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from factories import SIZE, make_linearity, make_ramp

from jwst import datamodels
from jwst.linearity import LinearityStep
from strun.effects.change import relative_changes
from strun.steps.running import run_on_file

GUIDER = {"INSTRUME": "FGS", "DETECTOR": "GUIDER1", "FILTER": None}
LINEARITY = {
    "samples": 1000,
    "samples_saturated": 20,
    "samples_without": 30,
    "pixels": 100,
    "pixels_flagged": 1,
    "pixels_nan": 2,
    "pixels_zero": 0,
    "max_change": 0.25,
}


@pytest.fixture
def guider(folder: Path) -> Path:
    """Return an exposure of a guider, whose flags would be in a DQ."""
    make_linearity(folder / "linearity.fits", **GUIDER)
    how = {"EXP_TYPE": "FGS_ACQ1", "DATAMODL": "GuiderRawModel", **GUIDER}
    return make_ramp(folder / "g_uncal.fits", flags=False, **how)


def _product(path: Path) -> fits.HDUList:
    step = LinearityStep(override_linearity="linearity.fits")
    return fits.open(str(run_on_file(step, str(path)).product))


def test_exposure_of_a_guider_becomes_a_ramp(guider: Path) -> None:
    with _product(guider) as hdus:
        assert hdus[0].header["DATAMODL"] == "RampModel"
        assert [hdu.name for hdu in hdus[1:4]] == ["SCI", "PIXELDQ", "GROUPDQ"]
        assert (hdus["SCI"].data != fits.getdata(guider, "SCI")).any()


def test_exposure_of_a_guider_with_flags_keeps_its_dq(guider: Path) -> None:
    dq = np.full(fits.getdata(guider, "SCI").shape[-2:], 5, np.int32)
    with fits.open(guider, mode="append") as hdus:
        hdus.append(fits.ImageHDU(dq, name="DQ"))
    fits.setval(guider, "S_DQINIT", value="COMPLETE")
    with _product(guider) as hdus:
        np.testing.assert_array_equal(hdus["DQ"].data, dq)


def test_model_of_a_guider_is_corrected_in_memory_as_on_disk(guider: Path) -> None:
    with datamodels.open(str(guider)) as model:
        result = LinearityStep.call(model, override_linearity="linearity.fits")
    with _product(guider) as hdus:
        np.testing.assert_array_equal(result.data, hdus["SCI"].data)


@pytest.mark.parametrize("name", ["p.cfg", "p.asdf"])
@pytest.mark.parametrize("force", [False, True])
def test_exported_parameters_hold_force_only_when_it_was_set(
    folder: Path, name: str, force: bool
) -> None:
    LinearityStep(force=force).export_config(name)
    lines = Path(name).read_text().lower().replace(":", " =").splitlines()
    assert any(line.strip() == "force = true" for line in lines) == force
    assert not any(line.strip() == "force = false" for line in lines)


def test_largest_change_told_is_that_of_all_samples(folder: Path) -> None:
    # so many rows that a sample of them would miss it
    path = make_ramp(folder / "big.fits", shape=(2, 9, *SIZE))
    make_linearity(folder / "linearity.fits")
    step = LinearityStep(override_linearity="linearity.fits")
    product = str(run_on_file(step, str(path)).product)
    before, after = fits.getdata(path, "SCI"), fits.getdata(product, "SCI")
    changes = relative_changes(before.astype(np.float32), after.astype(np.float32))
    assert step.counts["max_change"] == np.abs(changes).max()


def test_line_of_samples_tells_what_was_left_and_why() -> None:
    assert LinearityStep().effect_of(LINEARITY).line == (
        "950 of 1,000 samples corrected (95 %), by at most 25 % from 100 DN on; "
        "20 left because saturated; 3 pixels NO_LIN_CORR (1 flagged, 2 NaN)"
    )


def test_line_of_samples_when_no_change_was_seen() -> None:
    line = (
        LinearityStep()
        .effect_of({"samples": 10, "samples_saturated": 10, "samples_without": 0})
        .line
    )
    assert line == (
        "0 of 10 samples corrected (0 %); 10 left because saturated; 0 pixels NO_LIN_CORR"
    )


def test_numbers_become_json() -> None:
    numbers = LinearityStep().effect_of(LINEARITY).numbers
    assert json.loads(json.dumps(numbers)) == numbers
