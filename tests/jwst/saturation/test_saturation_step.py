"""Flags of saturated samples on files, and on blocks of all sizes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from factories import REFERENCE_SIZE, make_image, make_ramp

from jwst.saturation import SaturationStep
from strun.datamodels.dqflags import group, pixel
from strun.steps.running import run_on_file
from strun.testing import check_correction

THRESHOLD = 5000.0


def make_reference(path: Path, kind: str, value: float) -> str:
    """Write a reference of one value, with pixels that have none and that are not checked."""
    data = np.full(REFERENCE_SIZE, value, np.float32)
    dq = np.zeros(REFERENCE_SIZE, np.uint32)
    data[20, 10] = np.nan
    dq[21, 11] = 1
    return make_image(path, kind, data, dq, ("NO_SAT_CHECK",))


@pytest.fixture
def references(folder: Path) -> dict[str, str]:
    """Return overrides of both references."""
    return {
        "override_saturation": make_reference(folder / "sat.fits", "SATURATION", THRESHOLD),
        "override_superbias": make_reference(folder / "bias.fits", "SUPERBIAS", 10.0),
    }


def test_samples_from_the_threshold_on_are_flagged(
    folder: Path, references: dict[str, str]
) -> None:
    ramp = make_ramp(folder / "x.fits", flags=False)
    step = SaturationStep(n_pix_grow_sat=0, use_readpatt=False, **references)
    with fits.open(str(run_on_file(step, str(ramp)).product)) as hdus, fits.open(ramp) as before:
        reached = before["SCI"].data >= THRESHOLD
        reached[..., 0, 0] = reached[..., 1, 1] = False
        saturated = hdus["GROUPDQ"].data & group["SATURATED"] != 0
        np.testing.assert_array_equal(saturated, np.logical_or.accumulate(reached, axis=1))
        flags = hdus["PIXELDQ"].data & pixel["NO_SAT_CHECK"] != 0
        assert np.argwhere(flags).tolist() == [[0, 0], [1, 1]]


@pytest.mark.parametrize("nframes", [1, 4])
@pytest.mark.parametrize("layers", [0, 1, 2])
def test_blocks_and_tiles_never_change_a_flag(
    folder: Path, references: dict[str, str], nframes: int, layers: int
) -> None:
    zero = fits.ImageHDU(np.full((2, 12, 16), 3000, np.float32), name="ZEROFRAME")
    zero.data[:, 4:6, 3:9] = THRESHOLD
    ramp = make_ramp(folder / "x.fits", NFRAMES=nframes, ZEROFRAM=True, extra=(zero,))
    step = SaturationStep(n_pix_grow_sat=layers, **references)
    with step.open_input(str(ramp)) as model:
        correction = step.prepare(model)
        assert correction is not None
        assert "zeroframe" in correction.changes
        names = ("data", "groupdq", "pixeldq", "zeroframe")
        check_correction(correction, {name: getattr(model, name) for name in names})


def test_step_without_reference_is_skipped(folder: Path) -> None:
    ramp = make_ramp(folder / "x.fits")
    step = SaturationStep(override_saturation="N/A", override_superbias="N/A")
    assert run_on_file(step, str(ramp)).status == "SKIPPED"


def test_numbers_are_those_of_the_arrays(folder: Path, references: dict[str, str]) -> None:
    ramp = make_ramp(folder / "x.fits", flags=False)
    outcome = run_on_file(SaturationStep(**references), str(ramp))
    saturated = fits.getdata(outcome.product, "GROUPDQ") & group["SATURATED"] != 0
    (effect,) = outcome.effects.values()
    numbers = effect.numbers
    assert numbers["samples_saturated"] == np.count_nonzero(saturated) > 0
    assert numbers["samples_saturated_by_group"] == saturated.sum(axis=(0, 2, 3)).tolist()
    assert numbers["pixels_unchecked"] == 2


def test_line_tells_samples_and_pixels() -> None:
    counts = {
        "samples": 2000,
        "samples_saturated": 20,
        "samples_floor": 4,
        "pixels": 100,
        "pixels_unchecked": 7,
    }
    assert SaturationStep().effect_of(counts).line == (
        "20 of 2,000 samples saturated (1 %), 4 flagged AD_FLOOR (0.2 %); "
        "7 of 100 pixels flagged NO_SAT_CHECK (7 %)"
    )
