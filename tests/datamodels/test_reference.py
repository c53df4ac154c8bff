from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from factories import make_mask

from jwst.datamodels import LinearityModel, MaskModel
from jwst.datamodels.dqflags import pixel


def test_flags_are_decoded_by_name(mask: Path) -> None:
    raw = fits.getdata(mask, "DQ")
    expected = np.zeros(raw.shape, np.uint32)
    for bit, name in enumerate(("HOT", "DO_NOT_USE", "DEAD")):
        expected[raw & (1 << bit) != 0] |= pixel[name]
    np.testing.assert_array_equal(MaskModel(mask).dq, expected)


def test_flags_without_names_are_as_they_are(folder: Path) -> None:
    path = make_mask(folder / "m.fits", names=())
    np.testing.assert_array_equal(MaskModel(path).dq, fits.getdata(path, "DQ"))


def test_unknown_names_are_warned_of_and_dropped(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = make_mask(folder / "m.fits", names=("STRANGE", "DEAD"))
    assert set(np.unique(MaskModel(path).dq)) <= {0, pixel["DEAD"]}
    assert "STRANGE" in caplog.text


def test_saved_mask_has_the_same_flags(mask: Path) -> None:
    model = MaskModel(mask)
    flags = model.dq.copy()
    np.testing.assert_array_equal(MaskModel(model.save("again.fits")).dq, flags)


def test_mask_of_an_array_has_no_table() -> None:
    model = MaskModel(dq=np.ones((3, 4), "i4"))
    assert (model.dq.dtype, model.dq_def, model.shape) == (np.uint32, None, (3, 4))


def test_rows_of_dq_def_can_be_made() -> None:
    row = np.array([(0, 1, "DEAD", "")], MaskModel().get_dtype("dq_def"))
    assert row.dtype.names == ("BIT", "VALUE", "NAME", "DESCRIPTION")


def test_coefficients_are_found_without_reading(linearity: Path) -> None:
    model = LinearityModel(linearity)
    hdu = model.array_hdu("coeffs")
    assert hdu is not None
    assert hdu.shape == (4, 64, 80)
    assert model.loaded == {}


def test_missing_inverse_is_none(linearity: Path) -> None:
    model = LinearityModel(linearity)
    assert model.inv_coeffs is None
    assert not model.has_array("inv_coeffs")
