"""The flag of the first group."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from factories import make_ramp

from jwst.firstframe import FirstFrameStep
from strun.datamodels.dqflags import group, pixel
from strun.steps.running import run_on_file
from strun.testing import check_correction


def _flagged(groupdq: np.ndarray, pixeldq: np.ndarray) -> None:
    """Flag as the step does, sample by sample."""
    for integration in groupdq:
        for place in np.ndindex(*pixeldq.shape):
            if integration[(2, *place)] & group["SATURATED"]:
                pixeldq[place] |= pixel["FLUX_ESTIMATED"]
            else:
                integration[(0, *place)] |= group["DO_NOT_USE"]


def test_bright_pixels_keep_their_first_group(ramp: Path) -> None:
    groupdq, pixeldq = (fits.getdata(ramp, name).copy() for name in ("GROUPDQ", "PIXELDQ"))
    groupdq[0, 2, :3] |= group["SATURATED"]
    with fits.open(ramp, mode="update") as hdus:
        hdus["GROUPDQ"].data = groupdq.copy()
    _flagged(groupdq, pixeldq)
    product = str(run_on_file(FirstFrameStep(), str(ramp)).product)
    np.testing.assert_array_equal(fits.getdata(product, "GROUPDQ"), groupdq)
    np.testing.assert_array_equal(fits.getdata(product, "PIXELDQ"), pixeldq)
    in_memory = FirstFrameStep.call(str(ramp))
    np.testing.assert_array_equal(in_memory.pixeldq, pixeldq)
    assert fits.getval(product, "S_FRSTFR") == "COMPLETE"


def test_all_pixels_lose_it_when_asked(ramp: Path) -> None:
    product = str(run_on_file(FirstFrameStep(bright_use_group1=False), str(ramp)).product)
    assert (fits.getdata(product, "GROUPDQ")[:, 0] & group["DO_NOT_USE"]).all()
    np.testing.assert_array_equal(fits.getdata(product, "PIXELDQ"), fits.getdata(ramp, "PIXELDQ"))


def test_three_groups_are_left_alone(folder: Path) -> None:
    ramp = make_ramp(folder / "x_uncal.fits", shape=(1, 3, 12, 16))
    product = str(run_on_file(FirstFrameStep(), str(ramp)).product)
    assert fits.getval(product, "S_FRSTFR") == "SKIPPED"


def test_skip_that_the_user_asks_for_is_obeyed(ramp: Path) -> None:
    product = str(run_on_file(FirstFrameStep(skip=True), str(ramp)).product)
    assert fits.getval(product, "S_FRSTFR") == "SKIPPED"


@pytest.mark.parametrize("keep", [True, False])
def test_correction_gives_the_same_however_it_is_cut(ramp: Path, keep: bool) -> None:
    step = FirstFrameStep(bright_use_group1=keep)
    with step.open_input(str(ramp)) as model:
        model.groupdq[:, 2, ::3] |= group["SATURATED"]
        correction = step.prepare(model)
        assert correction is not None
        check_correction(correction, {"groupdq": model.groupdq, "pixeldq": model.pixeldq})


def test_numbers_are_those_of_the_arrays(ramp: Path) -> None:
    with fits.open(ramp, mode="update") as hdus:
        hdus["GROUPDQ"].data[:] = 0
        hdus["GROUPDQ"].data[0, 2, :3] |= group["SATURATED"]
        hdus["PIXELDQ"].data[0, 0] = pixel["DO_NOT_USE"]
    outcome = run_on_file(FirstFrameStep(), str(ramp))
    flagged = fits.getdata(outcome.product, "GROUPDQ")[:, 0] & group["DO_NOT_USE"]
    estimated = fits.getdata(outcome.product, "PIXELDQ") & pixel["FLUX_ESTIMATED"]
    (effect,) = outcome.effects.values()
    numbers = effect.numbers
    assert numbers["samples_first_group"] == np.count_nonzero(flagged)
    assert numbers["pixels_kept"] == np.count_nonzero(estimated)
