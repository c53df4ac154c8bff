from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from factories import SIZE, make_ramp

from jwst.datamodels import (
    AbstractDataModel,
    CubeModel,
    GuiderRawModel,
    ImageModel,
    Level1bModel,
    RampModel,
    SuperstripeRampModel,
)
from jwst.datamodels import open as open_model
from strun.datamodels.opening import open_ramp
from strun.errors import InputError

SHAPE = (2, 5, *SIZE)


def test_empty_model_has_no_arrays() -> None:
    model = RampModel()
    assert (model.data, model.pixeldq, model.groupdq, model.shape) == (None, None, None, None)


def test_shape_makes_data_and_flags() -> None:
    model = RampModel((2, 3, 4, 5))
    found = [(a.dtype.name, a.shape) for a in (model.data, model.pixeldq, model.groupdq)]
    assert found == [("float32", (2, 3, 4, 5)), ("uint32", (4, 5)), ("uint8", (2, 3, 4, 5))]
    assert model.zeroframe is None


def test_array_makes_data_and_flags() -> None:
    model = RampModel(np.ones((2, 3, 4, 5)))
    assert model.data.dtype == np.float32
    assert model.data.all()
    assert model.pixeldq.shape == (4, 5)


def test_shape_of_other_axes_is_refused() -> None:
    with pytest.raises(InputError, match=r"shape \(4, 5\): 4 axes expected"):
        RampModel((4, 5))


def test_arrays_by_keyword_are_cast() -> None:
    model = RampModel(data=np.ones((1, 2, 3, 4), "i2"), pixeldq=np.ones((3, 4), "i8"))
    assert (model.data.dtype, model.pixeldq.dtype) == (np.float32, np.uint32)


def test_unknown_array_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    RampModel(foo=np.ones(3), validate_arrays=True)
    assert [r.message.split(",")[0] for r in caplog.records] == ["RampModel has no array 'foo'"]


def test_arrays_beside_a_file_are_refused(ramp: Path) -> None:
    with pytest.raises(TypeError, match=r"x_uncal\.fits: data cannot be given beside a file"):
        RampModel(ramp, data=np.ones((1, 2, 3, 4)))


def test_array_of_other_axes_is_refused() -> None:
    with pytest.raises(InputError, match=r"pixeldq has 1 axes \(4,\), expected 2"):
        RampModel().pixeldq = np.zeros(4)


@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint16", "int32", "uint32", "float64"])
def test_ramp_is_float32_whatever_the_file_holds(folder: Path, dtype: str) -> None:
    path = make_ramp(folder / "x.fits", dtype=dtype)
    found = RampModel(path).data
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, fits.getdata(path, "SCI").astype("f4"))


def test_level1b_keeps_unsigned_integers(folder: Path) -> None:
    path = make_ramp(folder / "x.fits", dtype="uint16", flags=False)
    found = Level1bModel(path).data
    assert found.dtype == np.uint16
    np.testing.assert_array_equal(found, fits.getdata(path, "SCI"))


def test_flags_of_other_shape_become_zeros(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    bad = fits.ImageHDU(np.ones((3, 5), "i4"), name="PIXELDQ")
    model = RampModel(make_ramp(folder / "x.fits", flags=False, extra=(bad,)))
    assert model.pixeldq.shape == SIZE
    assert not model.pixeldq.any()
    assert "PIXELDQ has shape (3, 5)" in caplog.text


def test_flags_with_other_axes_are_refused(folder: Path) -> None:
    bad = fits.ImageHDU(np.ones((1, *SIZE), "i4"), name="PIXELDQ")
    model = RampModel(make_ramp(folder / "x.fits", flags=False, extra=(bad,)))
    with pytest.raises(InputError, match=r"PIXELDQ has 3 axes .* expected 2 for RampModel"):
        _ = model.pixeldq


def test_science_with_three_axes_is_refused_by_guiders(folder: Path) -> None:
    fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(np.zeros((3, 4, 5)), name="SCI")]).writeto("g")
    with pytest.raises(InputError, match=r"SCI has 3 axes .* expected 4 for GuiderRawModel"):
        GuiderRawModel("g").parts()


def test_shared_model_shares_arrays_but_not_metadata() -> None:
    model = RampModel((1, 2, 3, 4))
    other = RampModel(model)
    other.data[...] = 1
    other.meta.instrument.name = "MIRI"
    assert model.data.all()
    assert model.meta.instrument.name is None


def test_copy_is_independent() -> None:
    model = RampModel((1, 2, 3, 4))
    model.note = "kept"
    other = model.copy()
    other.data[...] = 1
    assert not model.data.any()
    assert other.note == "kept"


def test_update_takes_metadata_but_not_the_kind(ramp: Path) -> None:
    model = RampModel()
    model.update(Level1bModel(ramp))
    assert model.meta.instrument.name == "MIRI"
    assert model.meta.model_type == "RampModel"


def test_defaults_have_shape_and_dtype() -> None:
    model = RampModel((2, 3, 4, 5))
    assert model.get_default("zeroframe").shape == (2, 4, 5)
    assert RampModel().get_default("pixeldq").shape == (0, 0)
    assert len(model.get_default("group")) == 0


def test_default_of_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="RampModel has no array or table 'nope'"):
        RampModel((2, 3, 4, 5)).get_default("nope")


def test_unknown_attribute_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="RampModel has no attribute 'nope'"):
        _ = RampModel().nope


def test_hasattr_tells_set_from_unset() -> None:
    model = RampModel((1, 2, 3, 4))
    assert model.hasattr("pixeldq")
    assert not model.hasattr("zeroframe")
    assert not model.hasattr("nope")


def test_models_fit_the_protocol() -> None:
    assert isinstance(RampModel(), AbstractDataModel)


def test_list_is_no_model() -> None:
    with pytest.raises(InputError, match="cannot be made from a list"):
        RampModel([1, 2])


def test_model_of_another_kind_says_its_own() -> None:
    level1b = Level1bModel((1, 2, 3, 4))
    model = RampModel(level1b)
    assert (model.meta.model_type, model.data.dtype) == ("RampModel", np.float32)
    assert level1b.meta.model_type == "Level1bModel"


def test_flags_are_none_when_data_are_set_later() -> None:
    model = RampModel()
    model.data = np.ones((1, 2, 3, 4))
    assert (model.pixeldq, model.groupdq, model.hasattr("pixeldq")) == (None, None, False)


def test_deleted_array_is_none(ramp: Path) -> None:
    model = RampModel(ramp)
    del model.data
    assert model.data is None


def test_attribute_is_kept_by_another_model(ramp: Path) -> None:
    model = RampModel(ramp)
    model.note = "kept"
    assert [m.note for m in (RampModel(model), model.copy(), open_model(model))] == ["kept"] * 3


def test_deepcopy_is_independent() -> None:
    model = RampModel((1, 2, 3, 4))
    for same in (copy.copy(model), copy.deepcopy(model)):
        same.data[...] = 1
    assert not model.data.any()


def test_tree_makes_arrays_and_metadata() -> None:
    tree = {"data": np.ones((1, 2, 3, 4)), "meta": {"instrument": {"name": "MIRI"}}}
    model = RampModel(tree)
    assert (model.pixeldq.shape, model.meta.instrument.name) == ((3, 4), "MIRI")


def test_shape_of_floats_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a tuple of ints"):
        RampModel((1, 2, 3.0, 4))


class _Foreign:
    """A model as stdatamodels has them."""

    crds_observatory = "jwst"
    data = np.ones((1, 2, 3, 4), ">f4")

    def to_flat_dict(self, include_arrays: bool = True) -> dict[str, object]:
        return {"meta.instrument.name": "MIRI", "meta.model_type": "Foreign"}

    def save(self, path: str) -> str:
        return path


def test_model_of_stdatamodels_is_taken_over() -> None:
    kind = type("Level1bModel", (_Foreign,), {})
    model = open_model(kind())
    assert isinstance(model, Level1bModel)
    assert (model.data.sum(), model.meta.instrument.name) == (24, "MIRI")
    assert model.meta.model_type == "Level1bModel"


def test_ramp_of_stdatamodels_is_a_ramp() -> None:
    assert open_ramp(type("RampModel", (_Foreign,), {})()).shape == (1, 2, 3, 4)


def test_date_of_a_tree_is_kept() -> None:
    assert RampModel({"meta": {"date": "2000-01-01T00:00:00"}}).meta.date == "2000-01-01T00:00:00"


def test_images_have_the_arrays_of_jwst_in_its_order(folder: Path) -> None:
    names = ("var_flat", "area", "err", "dq", "data")
    ImageModel(**{name: np.ones((3, 4)) for name in names}).save("i.fits")
    with fits.open("i.fits") as hdus:
        assert [h.name for h in hdus[1:-1]] == ["SCI", "DQ", "ERR", "AREA", "VAR_FLAT"]


def test_cubes_have_errors_and_flags() -> None:
    cube = CubeModel((2, 3, 4))
    assert (cube.err.shape, cube.dq.dtype, cube.int_times) == ((2, 3, 4), np.uint32, None)


def test_flags_of_unknown_stripes_have_no_default() -> None:
    model = SuperstripeRampModel((6, 2, 3, 4))
    assert model.get_default("pixeldq") is None
    model.meta.subarray.num_superstripe = 3
    assert model.get_default("pixeldq").shape == (3, 3, 4)
