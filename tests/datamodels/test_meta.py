from __future__ import annotations

from pathlib import Path

import pytest
from astropy.io import fits
from factories import CORNER, make_ramp

from jwst.datamodels import RampModel


def test_values_come_from_the_header(ramp: Path) -> None:
    meta = RampModel(ramp).meta
    assert (meta.instrument.name, meta.exposure.nframes) == ("MIRI", 1)
    assert (meta.subarray.xstart, meta.subarray.ystart) == CORNER


def test_known_value_that_is_unset_is_none() -> None:
    assert RampModel().meta.instrument.detector is None


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"meta\.instrument\.colour: no such metadata"):
        _ = RampModel().meta.instrument.colour


@pytest.mark.parametrize(
    ("keyword", "value", "path"),
    [
        ("NFRAMES", "one", "nframes"),
        ("NFRAMES", 3.0, "nframes"),
        ("NFRAMES", True, "nframes"),
        ("ZEROFRAM", 1, "zero_frame"),
        ("EXP_TYPE", 5, "type"),
    ],
)
def test_value_of_another_type_is_none(
    folder: Path, keyword: str, value: object, path: str
) -> None:
    model = RampModel(make_ramp(folder / "x.fits", **{keyword: value}))
    assert getattr(model.meta.exposure, path) is None


def test_integer_serves_as_number(folder: Path) -> None:
    model = RampModel(make_ramp(folder / "x.fits", EFFEXPTM=3))
    assert model.meta.exposure.exposure_time == 3


def test_any_name_may_be_set() -> None:
    model = RampModel()
    model.meta.note = "seen"
    model.meta.mine = {"depth": {"value": 1}}
    assert (model.meta.note, model.meta.mine.depth.value) == ("seen", 1)


def test_dict_sets_the_values_of_a_node() -> None:
    model = RampModel()
    model.meta.instrument = {"name": "MIRI", "detector": "MIRIMAGE"}
    assert model.meta.instrument.instance == {"name": "MIRI", "detector": "MIRIMAGE"}


def test_hasattr_tells_set_from_unset(ramp: Path) -> None:
    meta = RampModel(ramp).meta
    assert meta.hasattr("instrument")
    assert not meta.cal_step.hasattr("dq_init")
    meta.cal_step.dq_init = "COMPLETE"
    assert meta.cal_step.hasattr("dq_init")


def test_deleted_value_is_none_and_leaves_the_file(ramp: Path) -> None:
    model = RampModel(ramp)
    del model.meta.instrument.filter
    assert model.meta.instrument.filter is None
    assert "FILTER" not in fits.getheader(model.save("out.fits"))


def test_new_model_has_kind_and_date() -> None:
    assert sorted(RampModel().meta.instance) == ["date", "model_type"]


def test_file_gives_its_own_name_and_the_class_its_kind(folder: Path) -> None:
    path = make_ramp(folder / "now.fits", FILENAME="before.fits", DATAMODL="Level1bModel")
    model = RampModel(path)
    assert (model.meta.filename, model.meta.model_type) == ("now.fits", "RampModel")


def test_name_of_the_file_is_not_a_change(folder: Path) -> None:
    model = RampModel(make_ramp(folder / "now.fits", FILENAME="before.fits"))
    assert model.parts()[0].header.get("FILENAME") == "before.fits"


def test_crds_parameters_are_flat(ramp: Path) -> None:
    found = RampModel(ramp).get_crds_parameters()
    assert found["meta.instrument.name"] == "MIRI"
    assert found["meta.observation.date"] == "2022-07-01"
    assert found["meta.subarray.xstart"] == CORNER[0]
