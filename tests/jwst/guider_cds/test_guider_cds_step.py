"""The guider_cds step on files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from factories import make_image, make_ramp

from jwst.datamodels import GuiderCalModel
from jwst.guider_cds import GuiderCdsStep
from strun.errors import InputError
from strun.steps.running import run_on_file

GUIDER = {"INSTRUME": "FGS", "DETECTOR": "GUIDER1", "EXP_TYPE": "FGS_ACQ1", "TGROUP": 0.5}


def make_guider(path: Path, **keywords: Any) -> str:  # noqa: ANN401
    """Write an exposure of two integrations of two groups."""
    shape = (2, 2, 12, 16)
    said = GUIDER | {"DATAMODL": "GuiderRawModel"} | keywords
    return str(make_ramp(path, shape=shape, flags=False, **said))


def make_plane(path: Path, reftype: str, value: float) -> str:
    """Write a reference of one value."""
    said = {"INSTRUME": "FGS", "DETECTOR": "GUIDER1"}
    return make_image(path, reftype, np.full((64, 80), value), **said)


@pytest.fixture
def step(folder: Path) -> GuiderCdsStep:
    """Return the step with references that are larger than the exposure."""
    return GuiderCdsStep(
        override_gain=make_plane(folder / "gain.fits", "GAIN", 2),
        override_readnoise=make_plane(folder / "noise.fits", "READNOISE", 5),
    )


def test_product_holds_rates_and_errors(step: GuiderCdsStep, folder: Path) -> None:
    guider = make_guider(folder / "x_uncal.fits")
    product = str(run_on_file(step, guider).product)
    assert product == "x_guider_cds.fits"
    data = fits.getdata(guider, "SCI").astype(np.float32)
    with GuiderCalModel(product) as model, fits.open(product) as hdus:
        np.testing.assert_array_equal(model.data, (data[:, 1] - data[:, 0]) / 0.5)
        assert model.err.shape == model.data.shape
        assert [hdu.name for hdu in hdus] == ["PRIMARY", "SCI", "ERR", "DQ", "ASDF"]
        assert hdus["SCI"].header["BUNIT"] == "DN/s"
        header = hdus[0].header
    assert (header["S_GUICDS"], header["DATAMODL"]) == ("COMPLETE", "GuiderCalModel")
    assert (header["R_GAIN"], header["R_READNO"]) == ("gain.fits", "noise.fits")


def test_without_a_gain_the_exposure_stays(folder: Path) -> None:
    guider = make_guider(folder / "x_uncal.fits")
    product = str(run_on_file(GuiderCdsStep(override_gain="N/A"), guider).product)
    header = fits.getheader(product)
    assert (header["S_GUICDS"], header["R_GAIN"]) == ("SKIPPED", "N/A")
    assert "R_READNO" not in header


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"EXP_TYPE": "FGS_IMAGE"}, "expected one of a guider"),
        ({"TGROUP": None}, "TGROUP is missing"),
    ],
)
def test_exposure_that_is_no_guiders_is_refused(
    step: GuiderCdsStep, folder: Path, said: dict, words: str
) -> None:
    guider = make_guider(folder / "x_uncal.fits", **said)
    with pytest.raises(InputError, match=words):
        run_on_file(step, guider)
    assert not Path("x_guider_cds.fits").exists()


def test_identification_needs_two_integrations(step: GuiderCdsStep, folder: Path) -> None:
    said = GUIDER | {"EXP_TYPE": "FGS_ID-IMAGE"}
    guider = make_ramp(folder / "x_uncal.fits", shape=(1, 2, 12, 16), flags=False, **said)
    with pytest.raises(InputError, match="at least 2 integrations of 2 groups"):
        run_on_file(step, str(guider))
