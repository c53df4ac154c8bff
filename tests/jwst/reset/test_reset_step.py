"""The subtraction of the reset anomaly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from factories import SIZE, make_image, make_ramp

from jwst.reset import ResetStep
from strun.errors import InputError, ReferenceFileError, ReferenceMismatchError
from strun.steps.running import run_on_file
from strun.testing import check_correction

PLACE = {"SUBSTRT1": 11, "SUBSTRT2": 21}


def make_reset(path: Path, size: tuple[int, int] = SIZE, **keywords: Any) -> str:  # noqa: ANN401
    """Write a reset reference of two integrations of three groups, with a NaN."""
    anomaly = np.random.default_rng(3).normal(0, 9, (2, 3, *size))
    anomaly[0, 1, 2, 3] = np.nan
    dq = np.zeros(size, np.uint32)
    dq[1] = 2
    said = {"NINTS": 2, "NGROUPS": 3} | PLACE | keywords
    return make_image(path, "RESET", anomaly, dq, ("DO_NOT_USE", "DEAD"), **said)


@pytest.mark.parametrize("start", [1, 2, 5])
def test_each_integration_loses_its_own_anomaly(folder: Path, start: int) -> None:
    said = {"NINTS": 9, "NGROUPS": 5, "INTSTART": start, "INTEND": start + 2}
    ramp = make_ramp(folder / "x_uncal.fits", shape=(3, 5, *SIZE), **said)
    reset = make_reset(folder / "reset.fits")
    expected = fits.getdata(ramp, "SCI").astype(np.float32)
    anomaly = np.nan_to_num(fits.getdata(reset, "SCI").astype(np.float32))
    for integration in range(3):
        for number in range(3):
            expected[integration, number] -= anomaly[min(start - 1 + integration, 1), number]
    product = str(run_on_file(ResetStep(override_reset=reset), str(ramp)).product)
    np.testing.assert_array_equal(fits.getdata(product, "SCI"), expected)
    np.testing.assert_array_equal(ResetStep.call(str(ramp), override_reset=reset).data, expected)
    header = fits.getheader(product)
    assert (header["S_RESET"], header["R_RESET"]) == ("COMPLETE", "reset.fits")


def test_flags_of_the_reference_are_added(ramp: Path) -> None:
    reset = make_reset(ramp.parent / "reset.fits")
    product = str(run_on_file(ResetStep(override_reset=reset), str(ramp)).product)
    new = fits.getdata(product, "PIXELDQ") & ~fits.getdata(ramp, "PIXELDQ")
    assert (np.unique(np.nonzero(new)[0]) == 1).all()
    assert new[1].all()


def test_full_frame_is_not_cut_to_a_subarray(ramp: Path) -> None:
    reset = make_reset(ramp.parent / "reset.fits", (64, 80), SUBSTRT1=1, SUBSTRT2=1)
    with pytest.raises(ReferenceMismatchError, match="a reset reference is not cut"):
        run_on_file(ResetStep(override_reset=reset), str(ramp))
    assert not Path("x_reset.fits").exists()


def test_subarray_elsewhere_is_refused(ramp: Path) -> None:
    reset = make_reset(ramp.parent / "reset.fits", SUBSTRT1=12)
    with pytest.raises(ReferenceMismatchError, match=r"corner \(12, 21\)"):
        run_on_file(ResetStep(override_reset=reset), str(ramp))


def test_reference_that_lost_groups_is_refused(ramp: Path) -> None:
    reset = make_reset(ramp.parent / "reset.fits", NGROUPS=15)
    with pytest.raises(ReferenceFileError, match="SCI has 2 integrations of 3 groups"):
        run_on_file(ResetStep(override_reset=reset), str(ramp))


def test_other_instruments_need_no_reference(folder: Path) -> None:
    ramp = make_ramp(folder / "x_uncal.fits", INSTRUME="NIRCAM", DETECTOR="NRCA1")
    product = str(run_on_file(ResetStep(), str(ramp)).product)
    header = fits.getheader(product)
    assert header["S_RESET"] == "SKIPPED"
    assert "R_RESET" not in header


def test_correction_gives_the_same_however_it_is_cut(ramp: Path) -> None:
    step = ResetStep(override_reset=make_reset(ramp.parent / "reset.fits"))
    with step.open_input(str(ramp)) as model:
        correction = step.prepare(model)
        assert correction is not None
        check_correction(correction, {"data": model.data, "pixeldq": model.pixeldq})


def test_anomaly_that_was_subtracted_is_not_subtracted_again(folder: Path) -> None:
    ramp = str(make_ramp(folder / "x_uncal.fits", S_RESET="COMPLETE"))
    reset = make_reset(folder / "reset.fits")
    with pytest.raises(InputError, match="S_RESET is COMPLETE"):
        run_on_file(ResetStep(override_reset=reset), ramp)
    assert run_on_file(ResetStep(override_reset=reset, force=True), ramp).status == "COMPLETE"


def test_numbers_are_those_of_the_arrays(ramp: Path) -> None:
    reset = make_reset(ramp.parent / "reset.fits")
    outcome = run_on_file(ResetStep(override_reset=reset), str(ramp))
    changed = fits.getdata(ramp, "SCI") != fits.getdata(outcome.product, "SCI")
    # the NaN of the reference takes nothing away
    count = np.count_nonzero(changed) + 1
    (effect,) = outcome.effects.values()
    assert effect.numbers["samples_reset"] == count
