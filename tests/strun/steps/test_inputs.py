from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from example_steps import AddStep
from factories import make_ramp

from jwst.datamodels import GuiderRawModel, ImageModel, RampModel
from jwst.dq_init import DQInitStep
from jwst.stpipe import Step
from strun.errors import InputNotFoundError
from strun.steps import inputs


def test_name_without_folder_is_looked_for_in_input_dir(folder: Path) -> None:
    step = Step(input_dir="in")
    assert step.locate_input("x.fits") == "in/x.fits"
    assert step.locate_input("/abs/x.fits") == "/abs/x.fits"


def test_path_that_leads_somewhere_stays(folder: Path) -> None:
    Path("sub").mkdir()
    Path("sub/x.fits").write_text("")
    step = Step(input_dir="in")
    assert step.locate_input("sub/x.fits") == "sub/x.fits"
    assert step.locate_input("other/x.fits") == "in/other/x.fits"


def test_step_of_a_pipeline_uses_its_input_dir() -> None:
    child = Step(parent=Step(input_dir="in"))
    assert child.locate_input("x.fits") == "in/x.fits"


def test_raw_exposure_opens_as_a_ramp(folder: Path) -> None:
    path = make_ramp(folder / "x.fits", dtype="uint16", flags=False, DATAMODL="Level1bModel")
    with inputs.open_exposure(path) as model:
        assert type(model) is RampModel
        assert model.data.dtype == np.float32


def test_guider_exposure_opens_as_one(folder: Path) -> None:
    kinds = {"DATAMODL": "Level1bModel", "EXP_TYPE": "FGS_ACQ1"}
    path = make_ramp(folder / "x.fits", dtype="uint16", flags=False, **kinds)
    with inputs.open_exposure(path) as model:
        assert type(model) is GuiderRawModel


def test_image_opens_as_what_it_is() -> None:
    assert type(inputs.open_exposure(ImageModel((2, 2)))) is ImageModel


def test_missing_input_is_named(folder: Path) -> None:
    with pytest.raises(InputNotFoundError, match=r"none\.fits: no such file"):
        inputs.open_exposure("none.fits")


@pytest.mark.parametrize(
    ("how", "copied"), [({}, True), ({"make_copy": False}, False), ({"make_copy": True}, True)]
)
def test_prepare_output_copies_a_model_unless_told_not_to(
    how: dict[str, bool], copied: bool
) -> None:
    model = RampModel((1, 1, 2, 2))
    assert (AddStep().prepare_output(model, **how) is not model) == copied


def test_prepare_output_copies_nothing_in_a_pipeline() -> None:
    model = RampModel((1, 1, 2, 2))
    child = AddStep(parent=AddStep())
    assert child.prepare_output(model) is model
    assert child.prepare_output(model, make_copy=True) is not model


def test_prepare_output_opens_as_what_is_asked(ramp: Path) -> None:
    step = AddStep()
    assert type(step.prepare_output(str(ramp), open_as_ramp=True)) is RampModel
    assert type(step.prepare_output(str(ramp), open_as_type=GuiderRawModel)) is GuiderRawModel
    assert step.prepare_output(str(ramp), open_models=False) == str(ramp)


def test_prepare_output_takes_a_list_of_models() -> None:
    models = [RampModel((1, 1, 2, 2)), ImageModel((2, 2))]
    prepared = AddStep().prepare_output(models)
    assert [type(each) for each in prepared] == [RampModel, ImageModel]
    assert not any(a is b for a, b in zip(models, prepared, strict=True))


def test_name_cannot_be_copied(ramp: Path) -> None:
    with pytest.raises(TypeError, match="Copy is not possible of a str; give a model"):
        AddStep().prepare_output(str(ramp), make_copy=True, open_models=False)


def test_ramp_with_flags_that_its_metadata_do_not_allow_is_refused() -> None:
    model = RampModel((6, 3, 4, 5))
    model.meta.subarray.num_superstripe = 3
    with pytest.raises(TypeError, match="not compatible with its metadata: pixeldq has 2 axes"):
        AddStep().prepare_output(model, open_as_ramp=True)


def test_crds_is_not_asked_for_parameters_when_it_is_not_set_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRDS_PATH", str(tmp_path))
    monkeypatch.delenv("CRDS_SERVER_URL", raising=False)
    monkeypatch.delenv("STPIPE_DISABLE_CRDS_STEPPARS", raising=False)
    step = DQInitStep(takes_crds_pars=True)
    asked = step.wants_crds_parameters()
    settings = tmp_path / "config" / "jwst" / "server_config"
    settings.parent.mkdir(parents=True)
    settings.write_text("{}")
    assert (asked, step.wants_crds_parameters()) == (False, True)
