from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from factories import make_ramp

from jwst.datamodels import CubeModel, GuiderRawModel, RampModel

GROUP = np.array([(1, 1), (1, 2)], [("integration_number", ">i2"), ("group_number", ">i2")])


@pytest.fixture
def rich(folder: Path) -> Path:
    """Return an exposure with units in an odd order."""
    units = (
        fits.ImageHDU(np.arange(6, dtype="i2"), name="MINE"),
        fits.BinTableHDU(GROUP, name="GROUP"),
        fits.ImageHDU(np.ones((2, 12, 16), "f8"), name="ZEROFRAME"),
    )
    return make_ramp(folder / "x.fits", flags=False, extra=units, MYCARD="kept")


def test_units_are_in_the_order_of_products(rich: Path) -> None:
    names = [part.header.get("EXTNAME") for part in RampModel(rich).parts()]
    assert names == [None, "SCI", "PIXELDQ", "GROUPDQ", "ZEROFRAME", "GROUP", "MINE", "ASDF"]


def test_times_of_integrations_come_before_variances_in_a_cube(folder: Path) -> None:
    cube = CubeModel((2, 3, 4))
    cube.var_poisson = cube.var_rnoise = np.ones((2, 3, 4), np.float32)
    cube.int_times = np.array([(1,), (2,)], [("integration_number", "i4")])
    cube.save("x_rateints.fits")
    with fits.open("x_rateints.fits") as saved:
        order = [hdu.name for hdu in saved[1:7]]
    assert order == ["SCI", "DQ", "ERR", "INT_TIMES", "VAR_POISSON", "VAR_RNOISE"]


def test_saved_units_have_the_dtypes_of_the_model(rich: Path) -> None:
    with fits.open(RampModel(rich).save("out.fits")) as hdus:
        hdus.verify("exception")
        found = {name: hdus[name].data.dtype.name for name in ("SCI", "PIXELDQ", "ZEROFRAME")}
        assert hdus["PIXELDQ"].header["BZERO"] == 2**31
    assert found == {"SCI": "float32", "PIXELDQ": "uint32", "ZEROFRAME": "float32"}


def test_unknown_cards_and_units_survive(rich: Path) -> None:
    out = RampModel(rich).save("out.fits")
    assert fits.getheader(out)["MYCARD"] == "kept"
    np.testing.assert_array_equal(fits.getdata(out, "MINE"), np.arange(6))
    np.testing.assert_array_equal(fits.getdata(out, "GROUP").tolist(), GROUP.tolist())


def test_only_changed_cards_of_primary_differ(rich: Path) -> None:
    model = RampModel(rich)
    model.meta.cal_step.dq_init = "COMPLETE"
    before = model.file.hdus[0].header
    after = model.parts()[0].header
    assert {**dict(before.items()), "S_DQINIT": "COMPLETE"} == dict(after.items())


def test_flags_that_are_missing_have_neither_source_nor_array(rich: Path) -> None:
    parts = {part.name: part for part in RampModel(rich).parts()}
    assert parts["pixeldq"].source is None
    assert parts["pixeldq"].array is None
    assert parts["data"].raw


def test_guider_product_has_error_and_flags(folder: Path) -> None:
    path = make_ramp(folder / "g.fits", flags=False, dtype="uint16", EXP_TYPE="FGS_ACQ1")
    with fits.open(GuiderRawModel(path).save("out.fits")) as hdus:
        assert [hdu.name for hdu in hdus] == ["PRIMARY", "SCI", "ERR", "DQ", "ASDF"]
        assert not hdus["ERR"].data.any()
        assert hdus["DQ"].data.shape == (12, 16)


def test_saving_names_and_dates_the_product(rich: Path) -> None:
    model = RampModel(rich)
    out = model.save("out.fits")
    header = fits.getheader(out)
    assert (header["FILENAME"], header["DATAMODL"]) == ("out.fits", "RampModel")
    assert header["DATE"] == model.meta.date


def test_folder_of_save_wins(folder: Path) -> None:
    (folder / "there").mkdir()
    assert RampModel((1, 1, 2, 2)).save("a/out.fits", dir_path="there") == "there/out.fits"
    assert (folder / "there/out.fits").exists()


def test_saved_model_opens_with_the_same_values(folder: Path, rng: np.random.Generator) -> None:
    model = RampModel((2, 3, 4, 5))
    model.data = rng.normal(0, 1, model.shape)
    model.pixeldq[1, 2] = 2**31
    model.meta.instrument.name = "NIRCAM"
    again = RampModel(model.save("out.fits"))
    np.testing.assert_array_equal(again.data, model.data)
    np.testing.assert_array_equal(again.pixeldq, model.pixeldq)
    assert again.meta.instrument.name == "NIRCAM"


def test_info_names_arrays(rich: Path, capsys: pytest.CaptureFixture[str]) -> None:
    RampModel(rich).info()
    assert "pixeldq" in capsys.readouterr().out
