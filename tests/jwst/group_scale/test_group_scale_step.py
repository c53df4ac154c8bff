"""Groups scaled by FRMDIVSR / NFRAMES."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from factories import make_ramp

from jwst.group_scale import GroupScaleStep
from jwst.group_scale.correction import GroupScaleCorrection
from strun.errors import InputError
from strun.steps.running import run_on_file
from strun.testing import check_correction


def test_samples_are_scaled_in_float32(folder: Path) -> None:
    ramp = make_ramp(folder / "x_uncal.fits", NFRAMES=3, FRMDIVSR=4)
    product = str(run_on_file(GroupScaleStep(), str(ramp)).product)
    expected = fits.getdata(ramp, "SCI").astype(np.float32) * np.float32(4 / 3)
    np.testing.assert_array_equal(fits.getdata(product, "SCI"), expected)
    assert product.endswith("x_group_scale.fits")
    assert fits.getval(product, "S_GRPSCL") == "COMPLETE"


@pytest.mark.parametrize(
    ("nframes", "divisor"),
    [(4, 4), (None, 4), (3, None)],
    ids=["equal", "no NFRAMES", "no FRMDIVSR"],
)
def test_exposure_that_needs_no_scaling_is_skipped(
    folder: Path, nframes: int | None, divisor: int | None
) -> None:
    ramp = make_ramp(folder / "x_uncal.fits", NFRAMES=nframes, FRMDIVSR=divisor)
    product = str(run_on_file(GroupScaleStep(), str(ramp)).product)
    assert fits.getval(product, "S_GRPSCL") == "SKIPPED"
    np.testing.assert_array_equal(fits.getdata(product, "SCI"), fits.getdata(ramp, "SCI"))


def test_group_of_no_frames_is_refused(folder: Path) -> None:
    ramp = make_ramp(folder / "x_uncal.fits", NFRAMES=0, FRMDIVSR=4)
    with pytest.raises(InputError, match=r"NFRAMES is 0, expected 1 or more"):
        run_on_file(GroupScaleStep(), str(ramp))
    assert not Path("x_group_scale.fits").exists()


def test_scaling_twice_is_refused_unless_forced(folder: Path) -> None:
    ramp = make_ramp(folder / "x_uncal.fits", NFRAMES=3, FRMDIVSR=4, S_GRPSCL="COMPLETE")
    with pytest.raises(InputError, match=r"S_GRPSCL is COMPLETE.*force=True"):
        run_on_file(GroupScaleStep(), str(ramp))
    assert run_on_file(GroupScaleStep(force=True), str(ramp)).status == "COMPLETE"


def test_bits_do_not_depend_on_blocks(rng: np.random.Generator) -> None:
    data = rng.normal(1000, 10, (2, 3, 7, 9)).astype(np.float32)
    check_correction(GroupScaleCorrection(4, 3), {"data": data})


def test_line_tells_samples() -> None:
    line = GroupScaleStep().effect_of({"samples_scaled": 10, "factor": 1.6}).line
    assert line == "10 samples multiplied by 1.6 (FRMDIVSR / NFRAMES)"
