from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from example_steps import AddStep, DoubleStep

from jwst.datamodels import RampModel
from jwst.dq_init import DQInitStep
from jwst.linearity import LinearityStep
from jwst.stpipe import Pipeline, Step
from strun.errors import OutputError
from strun.steps.run_files import RunFile
from strun.steps.running import run_on_file


@pytest.fixture
def model() -> RampModel:
    made = RampModel((1, 1, 2, 2))
    made.meta.filename = "m_uncal.fits"
    return made


def test_make_output_path_replaces_the_suffix() -> None:
    step = Step()
    assert step.make_output_path("junk_uncal.fits") == "junk_step.fits"
    assert step.make_output_path("junk_uncal.fits", idx=1) == "junk_1_step.fits"
    assert step.make_output_path("junk_uncal.fits", ext="asdf") == "junk_step.asdf"
    assert step.make_output_path("junk_uncal.fits", suffix="cal", asn=None) == "junk_cal.fits"
    assert step.make_output_path("junk_uncal.fits", suffix=False) == "junk_uncal.fits"
    step.output_dir, step.output_ext = "/junk", None
    assert step.make_output_path("junk_uncal.fits") == "/junk/junk_step.fits"


@pytest.mark.parametrize(
    ("step", "suffix"),
    [
        (DQInitStep(), "dq_init"),
        (DQInitStep("other"), "dq_init"),
        (LinearityStep("linearity"), "linearitystep"),
        (DoubleStep(), "doublestep"),
        (DoubleStep("Named"), "named"),
        (DoubleStep(suffix="own"), "own"),
    ],
)
def test_suffix_is_the_steps_own(step: Step, suffix: str) -> None:
    assert step.make_output_path("x_rate.fits") == f"x_{suffix}.fits"


def test_product_of_nothing_is_named_after_the_step() -> None:
    assert Step("mine").make_output_path() == "step_mine_mine.fits"


def test_output_file_of_the_parent_names_the_product() -> None:
    parent = Step(output_file="res.fits")
    child = AddStep(parent=parent)
    assert child.make_output_path() == "res_addstep.fits"
    child.search_output_file, child._input = False, "x_uncal.fits"
    assert child.make_output_path() == "x_addstep.fits"


def test_save_model_makes_the_folder(folder: Path, model: RampModel) -> None:
    path = AddStep(output_dir="new/deep").save_model(model, "cal", output_file="b_rate.fits")
    assert path == "new/deep/b_cal.fits"
    assert (folder / path).exists()


def test_save_model_numbers_and_adds_components(folder: Path, model: RampModel) -> None:
    step = AddStep(output_file="b.fits")
    assert step.save_model(model, idx=3, part="x") == "b_3_x_addstep.fits"


def test_model_names_the_product_when_output_file_is_not_searched(
    folder: Path, model: RampModel
) -> None:
    step = AddStep(search_output_file=False)
    assert step.save_model(model, force=True) == "m_addstep.fits"


def test_product_goes_to_the_folder_of_output_file(
    folder: Path, model: RampModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert AddStep(output_file="sub/b.fits").save_model(model) == f"{folder}/sub/b_addstep.fits"
    assert Path("sub/b_addstep.fits").is_file()
    parent = Step(output_file=str(folder / "other" / "b.fits"))
    assert AddStep(parent=parent).make_output_path() == f"{folder}/other/b_addstep.fits"
    assert AddStep().save_model(model, output_file="third/b.fits") == "third/b_addstep.fits"
    monkeypatch.setenv("HOME", str(folder / "home"))
    assert AddStep(output_file="~/b.fits").make_output_path() == f"{folder}/home/b_addstep.fits"


def test_output_dir_wins_over_the_folder_of_output_file(folder: Path) -> None:
    step = AddStep(output_file="sub/b.fits", output_dir="out")
    assert step.make_output_path() == "out/b_addstep.fits"


def test_output_file_without_folder_is_no_place(folder: Path) -> None:
    Path("cfgs").mkdir()
    Path("cfgs/a.cfg").write_text("output_file = b.fits\n")
    assert AddStep.from_config_file("cfgs/a.cfg").make_output_path() == "b_a.fits"


@pytest.mark.parametrize("link", [os.link, os.symlink, os.rename])
def test_input_is_not_overwritten(ramp: Path, link: Callable[[str, str], None]) -> None:
    link("x_uncal.fits", "x_cal.fits")
    name = "x_cal.fits" if link is os.rename else "x_uncal.fits"
    before = Path(name).read_bytes()
    with pytest.raises(OutputError, match="would overwrite the input"):
        AddStep.call(name, save_results=True, suffix="cal")
    assert Path(name).read_bytes() == before


def test_reference_is_not_overwritten(folder: Path, model: RampModel) -> None:
    Path("b_doublestep.fits").write_text("reference")
    step = DoubleStep(override_gain="b_doublestep.fits", output_file="b.fits")
    with pytest.raises(OutputError, match="would overwrite the reference"):
        step.save_model(model)


def test_another_file_of_the_run_is_not_overwritten(folder: Path) -> None:
    step = AddStep()
    kept = (RunFile("the target of --summary", str(folder / "b_addstep.fits")),)
    step.run_options = step.run_options._replace(kept=kept)
    with pytest.raises(OutputError, match=r"take the place of the target of summary"):
        step.refuse_overwriting("b.fits", "b_addstep.fits")


def test_another_file_of_the_run_is_not_overwritten_by_a_step_of_a_pipeline(folder: Path) -> None:
    (folder / "list").write_text("mine")
    (folder / "b_addstep.fits").symlink_to("list")
    whole = Pipeline()
    kept = (RunFile("a list of inputs", str(folder / "list")),)
    whole.run_options = whole.run_options._replace(kept=kept)
    with pytest.raises(OutputError, match=r"take the place of a list of inputs"):
        AddStep(parent=whole).refuse_overwriting("b.fits", "b_addstep.fits")


def test_folder_that_cannot_be_made_is_an_error(folder: Path, model: RampModel) -> None:
    Path("taken").write_text("")
    with pytest.raises(OutputError, match="taken/sub: the output folder cannot be made"):
        AddStep(output_dir="taken/sub").save_model(model, force=True)


def test_product_made_from_another_input_is_replaced_with_a_word(
    ramp: Path, mask: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.copy(ramp, "x_ramp.fits")
    step = DQInitStep(override_mask="mask.fits")
    for name in ("x_ramp.fits", "x_ramp.fits", "x_uncal.fits"):
        assert not [text for text in caplog.messages if "replaces it" in text]
        run_on_file(step, name)
    found = [text for text in caplog.messages if "replaces it" in text]
    assert found == [
        "x_dq_init.fits was made from x_ramp.fits; the product of x_uncal.fits replaces it"
    ]
