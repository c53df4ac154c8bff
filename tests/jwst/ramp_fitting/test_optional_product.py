"""The optional product of ramp_fit: as many planes as the pixel with the most segments has."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from factories import REFERENCE_SIZE, SIZE, make_image, make_ramp

from jwst.datamodels import RampFitOutputModel
from jwst.datamodels import open as open_model
from jwst.ramp_fitting import RampFitStep
from strun.batch.preflight import out_of_date
from strun.datamodels.dqflags import group
from strun.errors import OutputError
from strun.steps.running import run_on_file

SHAPE = (2, 8, *SIZE)
SAID = {"TGROUP": 3.1, "TFRAME": 0.7, "GROUPGAP": 0, "INSTRUME": "NIRCAM", "DETECTOR": "NRCA2"}
REFERENCE = {"INSTRUME": "NIRCAM", "DETECTOR": "NRCA2", "GAINFACT": None}
UNITS = (
    *("SLOPE", "SIGSLOPE", "VAR_POISSON", "VAR_RNOISE", "YINT", "SIGYINT"),
    *("PEDESTAL", "WEIGHTS", "CRMAG"),
)
JUMP = group["JUMP_DET"]


@pytest.fixture
def ramp(folder: Path) -> str:
    """Return an exposure of which one pixel has three segments and three jumps."""
    for name, reftype, value in (("gain", "GAIN", 2.0), ("noise", "READNOISE", 9.0)):
        values = np.full(REFERENCE_SIZE, value)
        make_image(folder / f"{name}.fits", reftype, values, **REFERENCE)
    path = make_ramp(folder / "x_jump.fits", shape=SHAPE, **SAID)
    with fits.open(path, mode="update") as hdus:
        hdus["SCI"].data[:] = 10 * np.arange(1, SHAPE[1] + 1)[:, None, None]
        hdus["GROUPDQ"].data[:] = 0
        hdus["GROUPDQ"].data[1, [2, 5], -1, -1] = JUMP
        hdus["GROUPDQ"].data[0, 6, 0, 0] = JUMP
    return str(path)


def made(**parameters: object) -> RampFitStep:
    """Return a step that makes the optional product, with its references."""
    given = {"override_gain": "gain.fits", "override_readnoise": "noise.fits", "save_opt": True}
    return RampFitStep(**(given | parameters))


def test_planes_are_those_of_the_pixel_with_the_most(ramp: str) -> None:
    run_on_file(made(), ramp)
    with fits.open("x_fitopt.fits") as hdus:
        assert [hdu.name for hdu in hdus] == ["PRIMARY", *UNITS, "ASDF"]
        assert {hdus[name].data.dtype.newbyteorder("=") for name in UNITS} == {np.dtype("f4")}
        assert {hdus[name].shape[1] for name in UNITS if hdus[name].header["NAXIS"] == 4} == {2, 3}
        assert hdus["SLOPE"].shape == (2, 3, *SIZE)
        assert hdus["CRMAG"].shape == (2, 2, *SIZE)
        assert hdus["PEDESTAL"].shape == (2, *SIZE)
        np.testing.assert_allclose(hdus["SLOPE"].data[1, :, -1, -1], 10 / 3.1, rtol=1e-5)
        assert hdus["SLOPE"].data[0, 1:, -1, -1].tolist() == [0, 0]
        assert hdus["CRMAG"].data[1, :, -1, -1].tolist() == [10, 10]
        assert hdus["CRMAG"].data[0, :, 0, 0].tolist() == [10, 0]
        assert hdus["CRMAG"].data.sum() == 30
        assert (hdus["WEIGHTS"].data[:, 0] > 0).all()
        # nothing of what there was room for is left in the file
        assert Path("x_fitopt.fits").stat().st_size == hdus[-1]._data_offset + 2880


def test_memory_saves_the_bits_of_the_file(ramp: str) -> None:
    run_on_file(made(), ramp)
    Path("x_fitopt.fits").rename("kept.fits")
    rate, rateints = made().run(ramp)
    assert (rate.shape, rateints.shape) == (SIZE, (2, *SIZE))
    with fits.open("kept.fits") as expected, fits.open("x_fitopt.fits") as found:
        for name in UNITS:
            assert found[name].data.tobytes() == expected[name].data.tobytes(), name


def test_jumps_have_no_plane_where_there_are_none(ramp: str) -> None:
    with fits.open(ramp, mode="update") as hdus:
        hdus["GROUPDQ"].data[:] = 0
    run_on_file(made(), ramp)
    assert fits.getheader("x_fitopt.fits", "CRMAG")["NAXIS3"] == 0
    with RampFitOutputModel("x_fitopt.fits") as model:
        assert model.slope.shape == (2, 1, *SIZE)
        assert model.crmag.shape == (2, 0, *SIZE)


def test_header_says_nothing_of_the_step_that_is_not_over(ramp: str) -> None:
    fits.setval("gain.fits", "GAINFACT", value=1.7)
    run_on_file(made(), ramp)
    header = fits.getheader("x_fitopt.fits")
    assert header["DATAMODL"] == "RampFitOutputModel"
    assert header["GAINFACT"] == 1.7
    assert header["FILENAME"] == "x_fitopt.fits"
    assert "S_RAMP" not in header
    assert "R_GAIN" not in header
    assert fits.getval("x_rate.fits", "S_RAMP") == "COMPLETE"
    with open_model("x_fitopt.fits") as model:
        assert type(model) is RampFitOutputModel


@pytest.mark.parametrize("opt_name", ["op.fits", "op_rate.dat"])
def test_product_has_the_name_that_was_asked_for(ramp: str, opt_name: str) -> None:
    run_on_file(made(opt_name=opt_name, output_dir="out"), ramp)
    assert sorted(p.name for p in Path("out").iterdir()) == [
        "op_fitopt.fits",
        "x_rate.fits",
        "x_rateints.fits",
    ]


def test_nothing_is_saved_when_that_was_said(ramp: str) -> None:
    run_on_file(made(save_results=False), ramp, save=False)
    assert not list(Path().glob("*fitopt*"))


def test_sums_are_those_of_what_was_kept(ramp: str) -> None:
    run_on_file(made(checksum=True), ramp)
    with fits.open("x_fitopt.fits") as hdus:
        assert {(hdu.verify_checksum(), hdu.verify_datasum()) for hdu in hdus} == {(1, 1)}


def test_two_products_of_a_name_are_refused(ramp: str) -> None:
    with pytest.raises(OutputError, match=r"x_fitopt\.fits: is the name of two products"):
        run_on_file(made(suffix="fitopt"), ramp)
    assert not list(Path().glob("*fitopt*"))


@pytest.mark.parametrize("word", ["rateints", "fitopt"])
def test_a_batch_that_goes_on_makes_all_products_again_when_one_is_missing(
    ramp: str, word: str
) -> None:
    product = str(run_on_file(made(), ramp).product)
    assert out_of_date(made(), ramp, product) == []
    Path(f"x_{word}.fits").unlink()
    assert out_of_date(made(), ramp, product) == [f"x_{word}.fits is missing"]
