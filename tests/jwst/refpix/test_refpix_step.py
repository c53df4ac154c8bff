"""What refpix refuses, and what it says it did."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from astropy.io import fits
from factories import make_ramp

from jwst.refpix import RefPixStep
from strun.datamodels.dqflags import pixel
from strun.errors import InputError, StrunError
from strun.steps.running import run_on_file

NIRISS = {
    "INSTRUME": "NIRISS",
    "DETECTOR": "NIS",
    "EXP_TYPE": "NIS_IMAGE",
    "FILTER": None,
    "SUBSTRT1": 1,
    "SUBSTRT2": 1,
    "FASTAXIS": -2,
    "SLOWAXIS": -1,
    "SUBARRAY": "FULL",
}


@pytest.mark.parametrize(
    ("keywords", "what"),
    [
        ({"S_REFPIX": "COMPLETE"}, r"S_REFPIX is COMPLETE.*force=True"),
        ({"SSTR_NST": 2}, r"is read out in superstripes.*use jwst for it"),
        ({"MSTR_RD1": 3}, r"is read out in stripes.*use jwst for it"),
        ({"FASTAXIS": None}, r"FASTAXIS is None and SLOWAXIS -1, expected"),
        ({"FASTAXIS": 1}, r"FASTAXIS is 1 and SLOWAXIS -1, expected"),
        ({"SUBSTRT2": None}, r"SUBSTRT2 is missing, expected"),
    ],
    ids=["twice", "superstripes", "stripes", "no axis", "one axis", "no corner"],
)
def test_exposure_is_refused_before_anything_is_written(
    folder: Path, keywords: dict[str, Any], what: str
) -> None:
    path = make_ramp(folder / "x.fits", flags=False, **(NIRISS | keywords))
    with pytest.raises(InputError, match=what):
        run_on_file(RefPixStep(), str(path))
    assert [each.name for each in folder.iterdir()] == ["x.fits"]


def test_irs2_is_refused(folder: Path) -> None:
    path = make_ramp(folder / "x.fits", shape=(1, 1, 3200, 4), **NIRISS)
    with pytest.raises(InputError, match=r"is read out by IRS2.*use jwst for it"):
        run_on_file(RefPixStep(), str(path))


def test_sirs_is_refused_for_a_full_frame(folder: Path) -> None:
    path = make_ramp(folder / "x.fits", shape=(1, 1, 2048, 2048), **NIRISS)
    step = RefPixStep(refpix_algorithm="sirs", override_sirskernel=str(path))
    with pytest.raises(InputError, match=r"does not know SIRS yet; use refpix_algorithm=median"):
        run_on_file(step, str(path))


def test_sirs_without_kernels_is_the_running_median(folder: Path) -> None:
    path = make_ramp(folder / "x.fits", shape=(1, 1, 2048, 2048), **NIRISS)
    step = RefPixStep(refpix_algorithm="sirs", override_sirskernel="N/A")
    product = str(run_on_file(step, str(path)).product)
    assert fits.getval(product, "S_REFPIX") == "COMPLETE"
    assert fits.getval(product, "R_SIRSKL") == "N/A"


def test_references_of_other_modes_are_not_asked_for(folder: Path) -> None:
    path = make_ramp(folder / "x.fits", **NIRISS)
    step = RefPixStep(override_refpix="N/A", override_sirskernel="N/A")
    header = fits.getheader(str(run_on_file(step, str(path)).product))
    assert "R_REFPIX" not in header
    assert "R_SIRSKL" not in header


@pytest.mark.parametrize("length", [0, 4096])
def test_smoothing_length_beyond_the_frame_is_refused(length: int) -> None:
    with pytest.raises(StrunError, match=r"side_smoothing_length"):
        RefPixStep(side_smoothing_length=length)


def test_line_tells_the_range_of_the_drift() -> None:
    counts = {"reference_pixels": 30000, "groups": 10, "min_drift": -1.0, "max_drift": 12.5}
    effect = RefPixStep().effect_of(counts)
    assert effect.line == (
        "-1.00 to 12.50 DN subtracted on average from each of 10 groups, by 30,000 reference pixels"
    )
    assert effect.brief == "drift 13.50 DN"


def test_line_tells_that_no_pixel_was_good() -> None:
    effect = RefPixStep().effect_of({"reference_pixels": 0, "groups": 3})
    assert effect.line == "no good reference pixels: nothing subtracted"


def test_numbers_are_the_means_of_what_was_subtracted(folder: Path) -> None:
    path = make_ramp(folder / "x.fits", shape=(1, 3, 2048, 2048), **NIRISS)
    with fits.open(path, mode="update") as hdus:
        quality = hdus["PIXELDQ"].data
        quality[:] = pixel["REFERENCE_PIXEL"]
        quality[4:-4, 4:-4] = 0
    outcome = run_on_file(RefPixStep(), str(path))
    taken = fits.getdata(path, "SCI").astype(float) - fits.getdata(outcome.product, "SCI")
    means = taken.mean(axis=(0, 2, 3))
    (effect,) = outcome.effects.values()
    numbers = effect.numbers
    assert numbers["min_drift"] == pytest.approx(means.min(), abs=1e-3)
    assert numbers["max_drift"] == pytest.approx(means.max(), abs=1e-3)
    assert numbers["reference_pixels"] == 2048**2 - 2040**2
