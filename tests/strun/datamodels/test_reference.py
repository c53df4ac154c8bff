from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from factories import make_mask

from jwst.datamodels import (
    IPCModel,
    LinearityModel,
    MaskModel,
    ReferenceFileModel,
    SaturationModel,
)
from strun.datamodels.dqflags import pixel
from strun.datamodels.keywords import ValidationWarning
from strun.errors import InputError


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


DQ_DEF = [(0, 1, "DO_NOT_USE", ""), (1, 2, "DEAD", "")]
RAW, DECODED = [[0, 1, 2, 3]], [[0, 1, 1024, 1025]]


@pytest.mark.parametrize(
    "model",
    [
        lambda: MaskModel(dq=np.array(RAW), dq_def=DQ_DEF),
        lambda: MaskModel(np.array(RAW), dq_def=DQ_DEF),
        lambda: MaskModel({"dq": np.array(RAW), "dq_def": DQ_DEF}),
        lambda: LinearityModel(coeffs=np.ones((2, 1, 4)), dq=np.array(RAW), dq_def=DQ_DEF),
    ],
    ids=["keywords", "array", "tree", "linearity"],
)
def test_flags_given_with_their_names_are_decoded(model: Callable[[], ReferenceFileModel]) -> None:
    assert model().dq.tolist() == DECODED


def test_flags_made_in_memory_are_saved_with_the_bits_of_their_table(folder: Path) -> None:
    model = MaskModel(dq=np.array(RAW), dq_def=DQ_DEF)
    model.save("m.fits")
    assert fits.getdata("m.fits", "DQ").tolist() == RAW
    assert (model.dq.tolist(), MaskModel("m.fits").dq.tolist()) == (DECODED, DECODED)


def test_flags_are_decoded_once() -> None:
    model = MaskModel(dq=np.array(RAW), dq_def=DQ_DEF)
    assert [m.dq.tolist() for m in (MaskModel(model), model.copy())] == [DECODED, DECODED]


def test_flags_that_are_set_later_are_standard_flags() -> None:
    model = MaskModel((1, 4))
    model.dq_def = DQ_DEF
    model.dq = np.array(RAW)
    assert model.dq.tolist() == RAW


def test_flags_of_a_file_are_decoded_before_its_table_goes(mask: Path) -> None:
    model = MaskModel(mask)
    model.dq_def = None
    model.save("again.fits")
    np.testing.assert_array_equal(fits.getdata("again.fits", "DQ"), MaskModel(mask).dq)


def test_coefficients_without_flags_have_none_set() -> None:
    dq = LinearityModel(coeffs=np.ones((2, 3, 4))).dq
    assert (dq.shape, dq.any()) == ((3, 4), False)


def test_telescope_of_a_new_reference_is_jwst(folder: Path) -> None:
    assert MaskModel().meta.telescope == "JWST"


def test_file_without_names_is_warned_of(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    model = MaskModel(make_mask(folder / "m.fits", names=()))
    _ = model.dq, model.decoder()
    assert [r.message.partition(": ")[2] for r in caplog.records] == [
        "there is no DQ_DEF: the bits of DQ are taken as they are"
    ]


def test_model_without_names_is_not_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    _ = MaskModel(dq=np.ones((3, 4), "i4")).dq
    assert caplog.text == ""


def test_value_that_is_another_bit_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    rows = [(0, 1, "DO_NOT_USE", ""), (1, 6, "DEAD", "")]
    assert MaskModel(dq=np.array([[4]]), dq_def=rows).dq.tolist() == [[1024]]
    assert "the reference: DQ_DEF gives DEAD the VALUE 6, but BIT 1: VALUE is used" in caplog.text


def test_missing_metadata_of_a_reference_are_named() -> None:
    with pytest.warns(ValidationWarning, match=r"missing values for \['description', 'reftype', "):
        MaskModel().validate()
    with pytest.raises(InputError, match="missing values"):
        MaskModel(strict_validation=True).validate()


def test_mask_of_floats_is_refused(mask: Path) -> None:
    with fits.open(mask, mode="update") as hdus:
        hdus["DQ"].data = hdus["DQ"].data.astype(np.float64)
    with pytest.raises(InputError, match=r"mask\.fits: DQ is float64, expected integers"):
        MaskModel(mask).array_shape("dq")


@pytest.mark.parametrize(("kind", "fill"), [(SaturationModel, 100_000), (IPCModel, 1)])
def test_reference_of_a_shape_is_filled_as_in_jwst(
    kind: type[ReferenceFileModel], fill: float
) -> None:
    assert (kind((3, 3)).data == fill).all()
    assert (kind().get_default("data") == fill).all()
