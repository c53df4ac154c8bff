from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table
from factories import dq_def, make_ramp

from jwst.datamodels import MaskModel, RampModel
from strun.errors import InputError

TUPLES = [(0, 1, "DO_NOT_USE", ""), (31, 1 << 31, "DEAD", "of no use")]
BYTES = np.array(TUPLES, [("BIT", "i4"), ("VALUE", "u4"), ("NAME", "S40"), ("DESCRIPTION", "S80")])


@pytest.mark.parametrize(
    "given",
    [TUPLES, BYTES, fits.BinTableHDU(BYTES).data, Table(BYTES)],
    ids=["tuples", "array", "FITS_rec", "Table"],
)
def test_texts_are_str_whatever_is_given(given: object) -> None:
    table = MaskModel((2, 3), dq_def=given).dq_def
    assert (table["NAME"] == "DEAD").tolist() == [False, True]
    assert table.NAME.tolist() == ["DO_NOT_USE", "DEAD"]
    assert table["VALUE"].tolist() == [1, 1 << 31]
    assert table[1]["DESCRIPTION"] == "of no use"
    assert table.names == ["BIT", "VALUE", "NAME", "DESCRIPTION"]


def test_texts_of_a_file_are_str_without_padding(mask: Path) -> None:
    assert MaskModel(mask).dq_def["NAME"].tolist() == ["HOT", "DO_NOT_USE", "DEAD"]


def test_table_is_described_as_astropy_does(mask: Path) -> None:
    assert MaskModel(mask).dq_def.columns.names == ["BIT", "VALUE", "NAME", "DESCRIPTION"]


def test_rows_of_another_length_are_refused() -> None:
    with pytest.raises(InputError, match="dq_def: expected rows of BIT, VALUE, NAME, DESCRIPTION"):
        MaskModel((2, 3), dq_def=[(0, 1)])


def test_table_that_was_looked_at_is_saved_as_it_was(folder: Path) -> None:
    hdu = dq_def("HOT", "DEAD")
    hdu.name = "INT_TIMES"
    hdu.header["TUNIT1"] = "nothing"
    with RampModel(make_ramp(folder / "x.fits", extra=(hdu,))) as model:
        assert model.int_times["NAME"][0] == "HOT"
        model.save("y.fits")
    before, after = (Path(name).read_bytes() for name in ("x.fits", "y.fits"))
    assert fits.getheader("y.fits", "INT_TIMES")["TUNIT1"] == "nothing"
    assert after.count(b"DEAD") == before.count(b"DEAD")


def test_changed_value_of_a_table_is_saved(mask: Path) -> None:
    model = MaskModel(mask)
    model.dq_def["NAME"][0] = "WARM"
    model.save("y.fits")
    assert fits.getdata("y.fits", "DQ_DEF")["NAME"].tolist() == ["WARM", "DO_NOT_USE", "DEAD"]


def test_columns_are_put_in_order() -> None:
    given = np.array([("x", 2, 1, "DEAD")], "S9,i8,i2,U4")
    given.dtype.names = ("description", "VALUE", "BIT", "NAME")
    table = MaskModel((2, 3), dq_def=given).dq_def
    assert table.names == ["BIT", "VALUE", "NAME", "DESCRIPTION"]
    assert table[0].item() == (1, 2, "DEAD", "x")


def test_number_of_a_row_goes_into_all_its_columns() -> None:
    times = RampModel((2, 3, 4, 4), int_times=np.array([0.5, 2.5])).int_times
    assert times["integration_number"].tolist() == [0, 2]
    assert times["int_end_BJD_TDB"].tolist() == [0.5, 2.5]
