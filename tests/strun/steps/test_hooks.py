from __future__ import annotations

import logging
from pathlib import Path

import pytest
from astropy.io import fits
from example_steps import AddStep, DoubleStep, MarkStep, ReplacingStep, shout

from jwst.datamodels import RampModel
from strun.errors import HookError
from strun.steps.hooks import resolve


@pytest.fixture
def model() -> RampModel:
    return RampModel((1, 2, 3, 4))


@pytest.mark.parametrize(
    "hook",
    [MarkStep, "example_steps.MarkStep", "example_steps.MarkStep(mark='marked')"],
)
def test_step_hooks_know_their_parent(model: RampModel, hook: object) -> None:
    step = AddStep(pre_hooks=[hook], post_hooks=[hook])
    step.run(model)
    assert step.marks == ["marked", "marked"]  # type: ignore[attr-defined]


def test_arguments_of_a_hook_are_literals(model: RampModel) -> None:
    step = AddStep(post_hooks=["example_steps.MarkStep(mark='a, (b)', skip=False)"])
    step.run(model)
    assert step.marks == ["a, (b)"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("hook", "text"),
    [
        ("example_steps.MarkStep(mark=open('x'))", "its arguments are not understood"),
        ("example_steps.MarkStep('x')", "only name=value is understood"),
        ("example_steps.MarkStep(**{'mark': 1})", "only name=value is understood"),
        ("example_steps.MarkStep(mark=)", "its arguments are not understood"),
        ("example_steps.shout(a=1)", "is no class"),
        ("example_steps.Nothing", "example_steps has no Nothing"),
        ("no_such_package.hook", "neither such a module nor such a command"),
        ("no_such_package.Hook(x=1)", "neither such a module nor such a command"),
        (3, "3 cannot be a hook"),
    ],
)
def test_unusable_hooks_are_refused_before_the_work(hook: object, text: str) -> None:
    with pytest.raises(HookError, match=text):
        resolve(hook, AddStep(), name="pre_hook0")


def test_instance_is_run_as_it_is(model: RampModel, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    AddStep(pre_hooks=[MarkStep(mark="mine")]).run(model)
    assert "MarkStep says mine" in caplog.text


@pytest.mark.parametrize("hook", [shout, "example_steps.shout"])
def test_function_is_given_the_model(
    model: RampModel, caplog: pytest.LogCaptureFixture, hook: object
) -> None:
    caplog.set_level(logging.INFO)
    AddStep(pre_hooks=[hook]).run(model)
    assert "function got RampModel" in caplog.text


def test_function_is_given_the_path_when_the_step_is(
    ramp: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    AddStep(pre_hooks=[shout]).run(str(ramp))
    assert "function got str" in caplog.text


def test_what_a_hook_returns_takes_the_place_of_the_model(model: RampModel) -> None:
    before = AddStep(pre_hooks=[ReplacingStep], amount=5).run(model)
    after = AddStep(post_hooks=[ReplacingStep], amount=5).run(model)
    assert (before.data == 4).all()
    assert (after.data == -1).all()


def test_hook_that_changes_its_model_leaves_the_callers_alone(model: RampModel) -> None:
    def spoil(one: RampModel) -> None:
        one.data += 100

    result = DoubleStep(pre_hooks=[spoil], override_gain="N/A").run(model)
    assert (result.data == 200).all()
    assert (model.data == 0).all()


def test_shell_command_gets_the_file(ramp: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    AddStep(pre_hooks=["echo got {0}"]).run("x_uncal.fits")
    assert "SystemCall instance created" in caplog.text
    assert "Spawning 'echo got x_uncal.fits'" in caplog.text
    assert "got x_uncal.fits" in caplog.messages


def test_shell_command_gets_a_file_of_a_model_in_memory(folder: Path, model: RampModel) -> None:
    model.meta.filename = "named.fits"
    result = AddStep(post_hooks=["cp {0} kept.fits"], amount=3).run(model)
    assert (fits.getdata("kept.fits", "SCI") == 3).all()
    assert [path.name for path in folder.iterdir()] == ["kept.fits"]
    assert result.meta.filename == "named.fits"


def test_command_that_looks_like_a_dotted_name_is_run(
    folder: Path, model: RampModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = folder / "script.sh"
    script.write_text("#!/bin/sh\necho done > done.txt\n")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    AddStep(pre_hooks=["script.sh"]).run(model)
    assert (folder / "done.txt").exists()
