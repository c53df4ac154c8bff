from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest
from astropy.io import fits
from example_steps import AddStep, DoubleStep, MarkStep

from jwst.dq_init import DQInitStep
from jwst.stpipe import Step
from strun.errors import InputNotFoundError, OutputError, StrunError
from strun.steps.running import run_on_file


def test_new_step_streams_and_old_one_does_not() -> None:
    assert DoubleStep().streams
    assert not AddStep().streams
    assert not DoubleStep(pre_hooks=["true"]).streams
    assert not DoubleStep(post_hooks=[MarkStep]).streams


@pytest.mark.parametrize("hooks", [[], ["true"]])
def test_product_is_the_same_from_file_and_in_memory(ramp: Path, hooks: list[str]) -> None:
    outcome = run_on_file(DoubleStep(override_gain="N/A", post_hooks=hooks), "x_uncal.fits")
    assert outcome.product == "x_doublestep.fits"
    doubled, before = fits.getdata(outcome.product, "SCI"), fits.getdata(ramp, "SCI")
    assert (doubled == 2 * before).all()


@pytest.mark.parametrize("step", [AddStep, DoubleStep])
def test_nothing_is_saved_when_told_not_to(
    ramp: Path, step: type[Step], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    assert run_on_file(step(), "x_uncal.fits", save=False).product is None
    assert [path.name for path in ramp.parent.iterdir()] == ["x_uncal.fits"]
    assert "Nothing is saved" in caplog.text


@pytest.mark.parametrize("step", [AddStep, DoubleStep])
def test_skipped_step_saves_the_input(ramp: Path, step: type[Step]) -> None:
    outcome = run_on_file(step(skip=True, suffix="skipped"), "x_uncal.fits")
    assert outcome.status == "SKIPPED"
    assert (fits.getdata("x_skipped.fits", "SCI") == fits.getdata(ramp, "SCI")).all()


def test_input_is_found_in_input_dir(ramp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("elsewhere").mkdir()
    monkeypatch.chdir("elsewhere")
    for step in (AddStep(input_dir=".."), DoubleStep(input_dir="..")):
        assert run_on_file(step, "x_uncal.fits").product in ("x_addstep.fits", "x_doublestep.fits")
    assert len(list(Path().iterdir())) == 2


def test_output_dir_is_made(ramp: Path) -> None:
    outcome = run_on_file(DoubleStep(output_dir="new/deep"), "x_uncal.fits")
    assert outcome.product == "new/deep/x_doublestep.fits"
    assert Path(outcome.product).exists()


@pytest.mark.parametrize("hooks", [[], ["true"]])
def test_model_of_a_file_has_the_name_of_the_file(ramp: Path, hooks: list[str]) -> None:
    fits.setval(ramp, "FILENAME", value="named_uncal.fits")
    step = DoubleStep(output_use_model=True, output_file="not.fits", pre_hooks=hooks)
    assert run_on_file(step, "x_uncal.fits").product == "x_doublestep.fits"
    assert fits.getval("x_doublestep.fits", "FILENAME") == "x_doublestep.fits"


@pytest.mark.parametrize("step", [AddStep, DoubleStep])
def test_missing_input_is_named(folder: Path, step: type[Step]) -> None:
    with pytest.raises(InputNotFoundError, match=r"none\.fits"):
        run_on_file(step(), "none.fits")


def test_product_never_takes_the_place_of_its_input(ramp: Path) -> None:
    before = ramp.read_bytes()
    with pytest.raises(OutputError, match="would overwrite the input"):
        run_on_file(DoubleStep(suffix="uncal"), "x_uncal.fits")
    assert ramp.read_bytes() == before


def test_second_run_of_a_step_names_its_product_after_its_own_input(ramp: Path) -> None:
    step = AddStep(save_results=True)
    step.run("x_uncal.fits")
    ramp.rename("y_uncal.fits")
    step.run("y_uncal.fits")
    assert Path("y_addstep.fits").exists()


@pytest.mark.parametrize("run", ["from a file", "in memory"])
def test_what_a_step_did_is_told_in_numbers(
    ramp: Path, mask: Path, caplog: pytest.LogCaptureFixture, run: str
) -> None:
    caplog.set_level(logging.INFO)
    step = DQInitStep(override_mask=str(mask))
    if run == "in memory":
        step.run("x_uncal.fits")
    else:
        run_on_file(step, "x_uncal.fits")
    said = [each for each in caplog.records if each.name == "stpipe.effect"]
    assert len(said) == 1
    assert "of 192 pixels flagged" in said[0].getMessage()


def test_step_that_is_skipped_tells_nothing_of_the_run_before(ramp: Path, mask: Path) -> None:
    step = DQInitStep(override_mask=str(mask))
    step.run("x_uncal.fits")
    step.skip = True
    step.run("x_uncal.fits")
    assert step.counts == {}


@pytest.mark.parametrize("path", ["x_uncal.fits", "mask.fits"])
def test_file_that_changes_while_a_step_works_in_memory_is_said(
    ramp: Path, mask: Path, path: str
) -> None:
    step = DQInitStep(override_mask="mask.fits", post_hooks=[lambda _: os.utime(path, (0, 0))])
    with pytest.raises(StrunError, match=rf"{path}: was changed while it was used; run again"):
        run_on_file(step, "x_uncal.fits")
    assert {path.name for path in ramp.parent.iterdir()} == {"x_uncal.fits", "mask.fits"}
