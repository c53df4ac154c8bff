"""The ramp_fit step on files and in memory: two products of other shapes than the exposure."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from factories import REFERENCE_SIZE, SIZE, make_image, make_ramp, window

from jwst.charge_migration import ChargeMigrationStep
from jwst.datamodels import CubeModel, ImageModel
from jwst.jump import JumpStep
from jwst.ramp_fitting import RampFitStep
from jwst.ramp_fitting.ols import fit_ramps
from jwst.ramp_fitting.samples import Fit, Samples, Timing, suppress_single
from strun.datamodels.dqflags import group, pixel
from strun.datamodels.model import JwstDataModel
from strun.datamodels.opening import open_ramp
from strun.errors import InputError, ReferenceFileError, ValidationError
from strun.steps.pipeline import Pipeline
from strun.steps.running import run_on_file

SHAPE = (2, 6, *SIZE)
SAID = {"TGROUP": 3.1, "TFRAME": 0.7, "GROUPGAP": 0, "INSTRUME": "NIRCAM", "DETECTOR": "NRCA2"}
REFERENCE = {"INSTRUME": "NIRCAM", "DETECTOR": "NRCA2", "GAINFACT": None}
HDUS = {"data": "SCI", "err": "ERR", "dq": "DQ", "var_poisson": "VAR_POISSON"}


@pytest.fixture
def ramp(folder: Path) -> str:
    """Return an exposure of ramps, with its references beside it."""
    rng = np.random.default_rng(5)
    for name, reftype, value in (("gain", "GAIN", 2.0), ("noise", "READNOISE", 9.0)):
        values = rng.uniform(0.8, 1.2, REFERENCE_SIZE) * value
        make_image(folder / f"{name}.fits", reftype, values, **REFERENCE)
    path = make_ramp(folder / "x_jump.fits", shape=SHAPE, **SAID)
    with fits.open(path, mode="update") as hdus:
        hdus["GROUPDQ"].data[rng.random(SHAPE) < 0.1] |= group["JUMP_DET"]
    return str(path)


def made(**parameters: object) -> RampFitStep:
    """Return a step with its references."""
    return RampFitStep(override_gain="gain.fits", override_readnoise="noise.fits", **parameters)


def expected(ramp: str) -> Fit:
    """Return the fit of the whole exposure."""
    flags = fits.getdata(ramp, "GROUPDQ").astype(np.uint8).reshape(*SHAPE[:2], -1)
    suppress_single(flags)
    gain = fits.getdata("gain.fits").astype(np.float32)[window()].ravel()
    noise = fits.getdata("noise.fits").astype(np.float32)[window()].ravel()
    samples = Samples(
        fits.getdata(ramp, "SCI").astype(np.float32).reshape(*SHAPE[:2], -1),
        flags,
        fits.getdata(ramp, "PIXELDQ").astype(np.uint32).ravel(),
        gain,
        noise,
        np.zeros(gain.shape, np.float32),
    )
    return fit_ramps(samples, Timing(float(np.float32(3.1)), float(np.float32(0.7)), 1))


def test_rates_of_the_exposure_and_its_integrations_are_written(ramp: str) -> None:
    product = str(run_on_file(made(), ramp).product)
    fit = expected(ramp)
    for name, found in (("x_rate.fits", fit.exposure), ("x_rateints.fits", fit.integrations)):
        with fits.open(name) as hdus:
            assert [hdu.name for hdu in hdus[1:6]] == [*HDUS.values(), "VAR_RNOISE"]
            values = dict(
                zip(("SCI", "DQ", "VAR_POISSON", "VAR_RNOISE", "ERR"), found, strict=True)
            )
            for hdu, each in values.items():
                got = hdus[hdu].data
                assert np.array_equal(got.ravel(), each.ravel(), equal_nan=hdu != "DQ"), hdu
            assert hdus["SCI"].header["BUNIT"] == hdus["ERR"].header["BUNIT"] == "DN/s"
            assert hdus[0].header["S_RAMP"] == "COMPLETE"
    assert Path(product).name == "x_rate.fits"
    kinds = [fits.getval(f"x_{word}.fits", "DATAMODL") for word in ("rate", "rateints")]
    assert kinds == ["ImageModel", "CubeModel"]


def test_memory_gives_both_models(ramp: str) -> None:
    rate, rateints = made().run(ramp)
    assert isinstance(rate, ImageModel)
    assert isinstance(rateints, CubeModel)
    fit = expected(ramp)
    assert np.array_equal(rate.data.ravel(), fit.exposure.slope, equal_nan=True)
    assert np.array_equal(rateints.err.ravel(), fit.integrations.err.ravel())
    assert rate.meta.cal_step.ramp_fit == "COMPLETE"


@pytest.mark.parametrize(
    ("exp_type", "opmode", "kind"),
    [
        ("NRS_IFU", None, "IFUImageModel"),
        ("NRS_LAMP", "IFU", "IFUImageModel"),
        ("NRS_LAMP", "FIXEDSLIT", "ImageModel"),
    ],
)
def test_rates_of_integral_field_units_have_a_kind_of_their_own(
    ramp: str, exp_type: str, opmode: str | None, kind: str
) -> None:
    fits.setval(ramp, "EXP_TYPE", value=exp_type)
    if opmode:
        fits.setval(ramp, "OPMODE", value=opmode)
    assert fits.getval(str(run_on_file(made(), ramp).product), "DATAMODL") == kind


def test_gain_factor_of_the_reference_goes_into_the_header(ramp: str) -> None:
    fits.setval("gain.fits", "GAINFACT", value=1.7)
    assert fits.getval(str(run_on_file(made(), ramp).product), "GAINFACT") == 1.7


def test_what_is_not_here_yet_is_refused_by_name(ramp: str) -> None:
    with pytest.raises(InputError, match="algorithm of ramp_fit is LIKELY"):
        run_on_file(made(algorithm="LIKELY"), ramp)
    assert not Path("x_rate.fits").exists()


def test_likely_is_left_for_short_ramps_as_in_jwst(ramp: str, folder: Path) -> None:
    short = make_ramp(folder / "y_jump.fits", shape=(1, 3, *SIZE), **SAID)
    assert run_on_file(made(algorithm="LIKELY"), str(short)).product


@pytest.mark.parametrize("keyword", ["NFRAMES", "TGROUP", "TFRAME"])
def test_missing_keyword_is_named(ramp: str, keyword: str) -> None:
    fits.delval(ramp, keyword)
    with pytest.raises(InputError, match=f"{keyword} is missing"):
        run_on_file(made(), ramp)


def test_reference_that_is_not_there_is_asked_for(ramp: str) -> None:
    step = RampFitStep(override_gain="gain.fits", override_readnoise="N/A")
    with pytest.raises(ReferenceFileError, match="ramp_fit needs a READNOISE reference"):
        run_on_file(step, ramp)


@pytest.fixture
def saturated(ramp: str) -> str:
    """Return an exposure without a ramp that a rate could be fitted to."""
    with fits.open(ramp, mode="update") as hdus:
        hdus["GROUPDQ"].data[:] |= group["SATURATED"]
    return ramp


def test_no_product_is_made_and_none_is_lost_without_rates(
    saturated: str, caplog: pytest.LogCaptureFixture
) -> None:
    Path("x_rate.fits").write_bytes(b"older")
    outcome = run_on_file(made(save_opt=True), saturated)
    assert (outcome.product, outcome.status) == (None, "SKIPPED")
    assert [each.brief for each in outcome.effects.values()] == ["100 % without a rate"]
    assert "there are no rates to fit; no product is written" in caplog.text
    assert Path("x_rate.fits").read_bytes() == b"older"
    assert not list(Path().glob("x_rateints*")) + list(Path().glob("x_fitopt*"))


def test_memory_gives_nothing_without_rates(
    saturated: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert made(save_results=True).run(saturated) == (None, None)
    assert "there are no rates to fit" in caplog.text
    assert not list(Path().glob("*rate*"))


def test_products_on_the_way_are_written_without_rates(saturated: str) -> None:
    given = {"override_gain": "gain.fits", "override_readnoise": "noise.fits"}
    steps = {"jump": given | {"save_results": True}, "ramp_fit": given}
    assert run_on_file(Rates(steps=steps, output_dir="out"), saturated).product is None
    assert [path.name for path in Path("out").iterdir()] == ["x_jump.fits"]


class Rates(Pipeline):
    """From ramps without dark current to rates."""

    class_alias = "rates"
    product_suffix = "rate"
    step_defs = {
        "charge_migration": ChargeMigrationStep,
        "jump": JumpStep,
        "ramp_fit": RampFitStep,
    }

    def open_input(self, init: object) -> JwstDataModel:
        return open_ramp(init)

    def order(self, model: JwstDataModel) -> list[str]:
        return list(self.step_defs)


def test_rates_on_the_way_are_refused(ramp: str) -> None:
    given = {"override_gain": "gain.fits", "override_readnoise": "noise.fits"}
    steps = {"jump": given, "ramp_fit": given | {"save_results": True}}
    with pytest.raises(ValidationError, match="save_results is set, and strun saves rates at the"):
        run_on_file(Rates(steps=steps), ramp)
    assert not list(Path().glob("x_rate*"))


def test_a_chain_gives_the_rates_of_its_steps_one_after_the_other(ramp: str) -> None:
    given = {"override_gain": "gain.fits", "override_readnoise": "noise.fits"}
    bright = {"signal_threshold": 5000.0}
    flagged = ChargeMigrationStep(output_file="alone", **bright)
    jumps = run_on_file(JumpStep(**given), str(run_on_file(flagged, ramp).product)).product
    alone = str(run_on_file(made(), str(jumps)).product)
    steps = {"jump": given, "ramp_fit": given, "charge_migration": {"skip": False, **bright}}
    chain = str(run_on_file(Rates(steps=steps, output_file="chain"), ramp).product)
    for word in ("rate", "rateints"):
        names = (path.replace("_rate.", f"_{word}.") for path in (alone, chain))
        with fits.open(next(names)) as expected, fits.open(next(names)) as found:
            for name in (*HDUS.values(), "VAR_RNOISE"):
                assert found[name].data.tobytes() == expected[name].data.tobytes(), name
            for keyword in ("PRIMECRS", "S_CHGMIG", "S_JUMP", "S_RAMP"):
                assert found[0].header[keyword] == expected[0].header[keyword]


def test_brightest_good_ramp_is_told(ramp: str) -> None:
    with fits.open(ramp, mode="update") as hdus:
        hdus["PIXELDQ"].data[:] = 0
        hdus["PIXELDQ"].data[3, 4] = pixel["HOT"]
        hdus["GROUPDQ"].data[:] = 0
        hdus["GROUPDQ"].data[1, 3, 5, 6] = group["JUMP_DET"]
        for place, rise in (((3, 4), 5000), ((5, 6), 4000), ((7, 8), 3000)):
            hdus["SCI"].data[(..., *place)] = rise * np.arange(6)
    outcome = run_on_file(made(), ramp)
    (effect,) = outcome.effects.values()
    numbers = effect.numbers
    told = numbers["brightest"]
    assert (told["column"], told["row"]) == (8, 7)
    assert told["rate"] == fits.getdata(outcome.product)[7, 8]
    assert told["samples"] == [3000.0 * group for group in range(6)]
    assert told["flags"] == [0] * 6
    missing = np.count_nonzero(np.isnan(fits.getdata(outcome.product)))
    assert numbers["pixels_without_rate"] == missing
