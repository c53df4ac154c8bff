"""The flag of the last group."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from factories import make_ramp

from jwst.datamodels import RampModel
from jwst.lastframe import LastFrameStep
from strun.datamodels.dqflags import group
from strun.errors import InputError
from strun.steps.running import run_on_file
from strun.testing import check_correction


def test_last_group_of_each_integration_is_not_to_be_used(ramp: Path) -> None:
    before = fits.getdata(ramp, "GROUPDQ").copy()
    before[:, -1] |= group["DO_NOT_USE"]
    product = run_on_file(LastFrameStep(), str(ramp)).product
    assert product == "x_lastframestep.fits"
    np.testing.assert_array_equal(fits.getdata(product, "GROUPDQ"), before)
    assert fits.getval(product, "S_LASTFR") == "COMPLETE"


@pytest.mark.parametrize(
    "how", [{"shape": (2, 2, 12, 16)}, {"INSTRUME": "NIRCAM", "DETECTOR": "NRCA1"}]
)
def test_short_ramps_and_other_instruments_are_left_alone(folder: Path, how: dict) -> None:
    ramp = make_ramp(folder / "x_uncal.fits", **how)
    product = str(run_on_file(LastFrameStep(), str(ramp)).product)
    np.testing.assert_array_equal(fits.getdata(product, "GROUPDQ"), fits.getdata(ramp, "GROUPDQ"))
    assert fits.getval(product, "S_LASTFR") == "SKIPPED"


def test_exposure_without_detector_is_refused(folder: Path) -> None:
    ramp = make_ramp(folder / "x_uncal.fits", DETECTOR=None)
    with pytest.raises(InputError, match="DETECTOR is missing"):
        run_on_file(LastFrameStep(), str(ramp))


def test_memory_gives_what_the_file_does(ramp: Path) -> None:
    product = str(run_on_file(LastFrameStep(), str(ramp)).product)
    np.testing.assert_array_equal(
        LastFrameStep.call(str(ramp)).groupdq, fits.getdata(product, "GROUPDQ")
    )


def test_correction_gives_the_same_however_it_is_cut(ramp: Path) -> None:
    step = LastFrameStep()
    with step.open_input(str(ramp)) as model:
        assert isinstance(model, RampModel)
        correction = step.prepare(model)
        assert correction is not None
        check_correction(correction, {"groupdq": model.groupdq})


def test_line_tells_the_samples() -> None:
    counts = {"samples": 100, "samples_last_group": 20}
    line = "20 of 100 samples flagged DO_NOT_USE as last groups (20 %)"
    assert LastFrameStep().effect_of(counts).line == line
