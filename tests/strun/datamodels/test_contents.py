from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from factories import make_ramp

from jwst.datamodels import Level1bModel, RampModel


def test_values_are_found_by_dotted_names(ramp: Path) -> None:
    model = RampModel(ramp)
    assert (model["meta.instrument.name"], model["data"].shape) == ("MIRI", model.shape)


def test_value_is_set_by_its_dotted_name(ramp: Path) -> None:
    model = RampModel(ramp)
    model["meta.instrument.name"] = "NIRCAM"
    model["note"] = 3
    assert (model.meta.instrument.name, model.note) == ("NIRCAM", 3)


@pytest.mark.parametrize("path", ["meta.instrument.nope", "nope", "meta.nope.name"])
def test_unknown_dotted_name_is_a_key_error(ramp: Path, path: str) -> None:
    with pytest.raises(KeyError, match=path):
        _ = RampModel(ramp)[path]


def test_unknown_node_cannot_be_set_in(ramp: Path) -> None:
    with pytest.raises(KeyError, match=r"meta\.nope"):
        RampModel(ramp)["meta.nope.name"] = 1


def test_flat_dict_has_metadata_arrays_and_other_cards(folder: Path) -> None:
    model = RampModel(make_ramp(folder / "x.fits", MYKEY=5))
    flat = model.to_flat_dict()
    assert flat["meta.instrument.name"] == "MIRI"
    assert flat["extra_fits.PRIMARY.header.0.0"] == "MYKEY"
    np.testing.assert_array_equal(flat["data"], model.data)
    assert list(flat) == list(model.keys())
    assert len(list(model.values())) == len(flat)


def test_flat_dict_without_arrays_reads_none(ramp: Path) -> None:
    model = RampModel(ramp)
    assert "data" not in model.to_flat_dict(include_arrays=False)
    assert model.loaded == {}


def test_instance_is_the_whole_tree(ramp: Path) -> None:
    tree = RampModel(ramp).instance
    assert tree["meta"]["instrument"]["name"] == "MIRI"
    assert tree["data"].ndim == 4


def test_keyword_is_found() -> None:
    model = RampModel()
    assert model.find_fits_keyword("INSTRUME") == ["meta.instrument.name"]
    assert model.find_fits_keyword("NOPE") == []


def test_schema_says_type_keyword_and_words() -> None:
    found = RampModel().schema["properties"]
    assert found["data"] == {"fits_hdu": "SCI", "datatype": "float32", "ndim": 4}
    name = found["meta"]["properties"]["instrument"]["properties"]["name"]
    assert (name["type"], name["fits_keyword"], name["enum"][0]) == ("string", "INSTRUME", "NIRCAM")
    assert found["group"]["datatype"][5] == {"name": "group_end_time", "datatype": ["ascii", 26]}


def test_schema_is_searched_by_name() -> None:
    paths = [path for path, _ in RampModel().search_schema("groupDQ")]
    assert paths == ["groupdq"]


def test_array_that_is_not_there_is_an_attribute_error(ramp: Path) -> None:
    model = RampModel(ramp)
    assert model.getarray_noinit("data") is model.data
    with pytest.raises(AttributeError, match="zeroframe"):
        model.getarray_noinit("zeroframe")


def test_other_cards_can_be_changed(folder: Path) -> None:
    model = RampModel(make_ramp(folder / "x.fits", MYKEY=5, GONE=1))
    cards = model.extra_fits.PRIMARY.header
    assert cards == [["MYKEY", 5, ""], ["GONE", 1, ""]]
    cards[:] = [["MYKEY", 6, "new"], ["OTHER", "x", ""]]
    model.save("y.fits")
    header = fits.getheader("y.fits")
    assert [header.get(k) for k in ("MYKEY", "GONE", "OTHER", "INSTRUME")] == [6, None, "x", "MIRI"]


def test_model_without_other_cards_has_no_extra_fits(ramp: Path) -> None:
    assert not hasattr(RampModel(ramp), "extra_fits")


def test_update_takes_other_cards_when_told_to(folder: Path) -> None:
    source, model = RampModel(make_ramp(folder / "x.fits", MYKEY=5)), RampModel((1, 2, 3, 4))
    model.update(source)
    assert not hasattr(model, "extra_fits")
    model.update(source, extra_fits=True)
    model.save("y.fits")
    assert fits.getheader("y.fits")["MYKEY"] == 5


@pytest.mark.parametrize(
    ("only", "found"),
    [(None, ("MIRI", "DN")), ("PRIMARY", ("MIRI", None)), (["SCI"], (None, "DN"))],
)
def test_update_takes_the_hdus_that_are_named(
    ramp: Path, only: str | list[str] | None, found: tuple[str | None, ...]
) -> None:
    source, model = RampModel(ramp), RampModel((1, 2, 3, 4))
    source.meta.bunit_data = "DN"
    model.update(source, only=only)
    assert (model.meta.instrument.name, model.meta.bunit_data) == found


def test_update_leaves_kind_date_and_what_has_no_keyword(ramp: Path) -> None:
    source, model = Level1bModel(ramp), RampModel((1, 2, 3, 4))
    source.meta.date, source.meta.note = "1999-01-01T00:00:00", 3
    model.update(source)
    assert model.meta.model_type == "RampModel"
    assert model.meta.date != source.meta.date
    assert not model.meta.hasattr("note")
    model.update({"meta": {"note": 4}})
    assert model.meta.note == 4


def test_names_are_iterated_and_asked_for_without_reading(ramp: Path) -> None:
    model = RampModel(ramp)
    assert "meta.instrument.name" in model
    assert "meta.instrument.filter" in model
    assert "zeroframe" not in model
    assert list(model) == list(model.keys())
    assert model.loaded == {}


def test_world_coordinates_are_never_set() -> None:
    assert RampModel().meta.wcs is None
