from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from factories import CORNER, make_ramp

from jwst.datamodels import RampModel
from strun.datamodels.keywords import ValidationWarning
from strun.errors import InputError


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


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        ("meta.exposure.nframes", "one", "'one' is not of type 'integer'"),
        ("meta.exposure.nframes", 2.5, "2.5 is not of type 'integer'"),
        ("meta.exposure.nframes", True, "True is not of type 'integer'"),
        ("meta.exposure.zero_frame", 1, "1 is not of type 'boolean'"),
        ("meta.instrument.name", "HST", "'HST' is not one of NIRCAM, "),
        ("meta.cal_step.dq_init", "DONE", "'DONE' is not one of SKIPPED, COMPLETE, FAILED"),
    ],
)
def test_value_that_cannot_be_is_warned_of_and_the_old_one_stays(
    ramp: Path, path: str, value: object, fault: str
) -> None:
    model = RampModel(ramp)
    before = model[path]
    with pytest.warns(ValidationWarning, match=f"{path}: {fault}"):
        model[path] = value
    assert model[path] == before


def test_strict_model_refuses_a_value_that_cannot_be(ramp: Path) -> None:
    model = RampModel(ramp, strict_validation=True)
    with pytest.raises(InputError, match=r"meta\.exposure\.nframes: 'one' is not of type"):
        model.meta.exposure.nframes = "one"


def test_model_takes_any_value_when_told_so(ramp: Path) -> None:
    model = RampModel(ramp, validate_on_assignment=False)
    model.meta.exposure.nframes = "one"
    assert model.meta.exposure.nframes == "one"


def test_numbers_of_numpy_become_those_of_python() -> None:
    meta = RampModel().meta
    meta.exposure.nframes = np.int16(3)
    assert type(meta.exposure.nframes) is int


def test_dict_replaces_a_node(ramp: Path) -> None:
    model = RampModel(ramp)
    model.meta.instrument = {"name": "FGS"}
    assert model.meta.instrument.instance == {"name": "FGS"}
    assert model.meta.instrument.detector is None


def test_node_of_another_model_replaces_a_node(ramp: Path) -> None:
    model = RampModel()
    model.meta.instrument = RampModel(ramp).meta.instrument
    assert model.meta.instrument == RampModel(ramp).meta.instrument
    assert model.meta.instrument != {"name": "MIRI"}


def test_metadata_are_replaced_as_a_whole(ramp: Path) -> None:
    model = RampModel(ramp)
    model.meta = {"instrument": {"name": "FGS"}}
    assert model.meta.instance == {"instrument": {"name": "FGS"}}


def test_items_of_a_node_have_dotted_names(ramp: Path) -> None:
    meta = RampModel(ramp).meta
    assert dict(meta.items())["instrument.name"] == "MIRI"
    assert "name" in list(meta.instrument)


def test_unknown_name_can_be_deleted() -> None:
    meta = RampModel().meta
    meta.note = 3
    del meta.note
    assert not meta.hasattr("note")


def test_value_of_another_type_is_told_once(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    model = RampModel(make_ramp(folder / "x.fits", NFRAMES="one"))
    assert (model.meta.exposure.nframes, model.meta.exposure.nframes) == (None, None)
    assert caplog.messages == [
        "NFRAMES is 'one', expected a value of the type integer: it is taken as missing"
    ]
