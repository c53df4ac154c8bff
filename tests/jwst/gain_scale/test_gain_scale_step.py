"""The scaling of count rates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from factories import make_image, make_ramp, primary

from jwst.gain_scale import GainScaleStep
from jwst.gain_scale.correction import GainScaleCorrection
from strun.errors import InputError
from strun.steps.running import run_on_file
from strun.testing import check_correction

NAMES = ("SCI", "ERR", "VAR_POISSON", "VAR_RNOISE")


def make_rates(path: Path, shape: tuple[int, ...] = (12, 16), **keywords: Any) -> str:  # noqa: ANN401
    """Write count rates of one image, or of several integrations."""
    rng = np.random.default_rng(4)
    kind = "ImageModel" if len(shape) == 2 else "CubeModel"
    hdus = [primary(DATAMODL=kind, **keywords)]
    hdus += [fits.ImageHDU(rng.normal(0, 9, shape).astype("f4"), name=name) for name in NAMES]
    fits.HDUList(hdus).writeto(path)
    return str(path)


def make_gain(path: Path, **keywords: Any) -> str:  # noqa: ANN401
    """Write a gain reference."""
    return make_image(path, "GAIN", np.ones((64, 80)), **keywords)


@pytest.mark.parametrize("shape", [(12, 16), (3, 12, 16)])
def test_rates_are_scaled_and_variances_by_the_square(folder: Path, shape: tuple) -> None:
    rates = make_rates(folder / "x_rate.fits", shape)
    gain = make_gain(folder / "gain.fits", GAINFACT=1.7)
    product = str(run_on_file(GainScaleStep(override_gain=gain), rates).product)
    in_memory = GainScaleStep.call(rates, override_gain=gain)
    for name, factor in zip(NAMES, (1.7, 1.7, 1.7**2, 1.7**2), strict=True):
        expected = fits.getdata(rates, name).astype(np.float32) * factor
        np.testing.assert_array_equal(fits.getdata(product, name), expected)
    np.testing.assert_array_equal(in_memory.var_rnoise, expected)
    header = fits.getheader(product)
    assert (header["S_GANSCL"], header["R_GAIN"]) == ("COMPLETE", "gain.fits")
    assert header["GAINFACT"] == 1.7


def test_factor_of_the_exposure_needs_no_reference(folder: Path) -> None:
    rates = make_rates(folder / "x_rate.fits", GAINFACT=0.5)
    product = str(run_on_file(GainScaleStep(), rates).product)
    np.testing.assert_array_equal(fits.getdata(product), fits.getdata(rates) * np.float32(0.5))
    assert "R_GAIN" not in fits.getheader(product)


def test_standard_gain_is_left_alone(folder: Path) -> None:
    rates = make_rates(folder / "x_rate.fits")
    gain = make_gain(folder / "gain.fits")
    product = str(run_on_file(GainScaleStep(override_gain=gain), rates).product)
    np.testing.assert_array_equal(fits.getdata(product), fits.getdata(rates))
    assert fits.getval(product, "S_GANSCL") == "SKIPPED"


def test_ramps_are_refused(folder: Path) -> None:
    ramp = str(make_ramp(folder / "x_uncal.fits", GAINFACT=2.0))
    with pytest.raises(InputError, match="a RampModel holds no count rates"):
        run_on_file(GainScaleStep(), ramp)


def test_rates_that_were_scaled_are_not_scaled_again(folder: Path) -> None:
    rates = make_rates(folder / "x_rate.fits", GAINFACT=0.5, S_GANSCL="COMPLETE")
    with pytest.raises(InputError, match="S_GANSCL is COMPLETE"):
        run_on_file(GainScaleStep(), rates)


def test_correction_gives_the_same_however_it_is_cut(rng: np.random.Generator) -> None:
    arrays = {
        name: rng.normal(0, 9, (2, 10, 12)).astype(np.float32)
        for name in ("data", "err", "var_poisson", "var_rnoise")
    }
    check_correction(GainScaleCorrection(1.7, tuple(arrays)), arrays)


def test_line_tells_rates_and_factor(folder: Path) -> None:
    rates = make_rates(folder / "x_rate.fits", GAINFACT=0.5)
    (effect,) = run_on_file(GainScaleStep(), rates).effects.values()
    assert effect.line == "192 rates multiplied by 0.5 (GAINFACT)"
