from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pytest
from example_steps import AddStep, DoubleStep, TwoStep

from jwst.datamodels import RampModel
from jwst.dq_init import DQInitStep
from jwst.stpipe import Pipeline, Step
from strun.errors import ValidationError
from strun.steps.running import run_on_file


@pytest.fixture
def model() -> RampModel:
    return RampModel((1, 2, 3, 4))


def test_steps_are_attributes_with_their_parameters() -> None:
    pipeline = TwoStep(steps={"add": {"amount": 3}})
    assert isinstance(pipeline.add, AddStep)  # type: ignore[attr-defined]
    assert pipeline.add.amount == 3.0  # type: ignore[attr-defined]
    assert pipeline.add.parent is pipeline  # type: ignore[attr-defined]
    assert pipeline.double.factor == 2  # type: ignore[attr-defined]
    assert pipeline.add.origins == {"amount": "given"}  # type: ignore[attr-defined]


def test_steps_run_one_after_the_other(model: RampModel) -> None:
    result = TwoStep.call(model, steps={"add": {"amount": 3}})
    assert (result.data == 6).all()
    assert (model.data == 0).all()


def test_skipped_step_passes_the_model_on(model: RampModel) -> None:
    assert (TwoStep.call(model, steps={"add": {"skip": True}}).data == 0).all()


def test_process_of_its_own_calls_the_steps(model: RampModel) -> None:
    class Reverse(TwoStep):
        def process(self, one: RampModel) -> RampModel:
            return self.add.run(self.double.run(one.copy()))  # type: ignore[attr-defined,no-any-return]

    assert (Reverse.call(model).data == 1).all()


@pytest.mark.parametrize(
    ("steps", "text"),
    [
        ({"ad": {}}, "no parameter is named 'steps.ad'"),
        ({"add": {"amout": 1}}, r"did you mean steps\.add\.amount"),
    ],
)
def test_unknown_step_or_parameter_is_refused(steps: dict[str, object], text: str) -> None:
    with pytest.raises(ValidationError, match=text):
        TwoStep(steps=steps)


def test_cfg_sets_the_steps(folder: Path, model: RampModel) -> None:
    Path("add.cfg").write_text("name = add\nclass = example_steps.AddStep\namount = 5\n")
    Path("two.cfg").write_text(
        "name = two\nclass = example_steps.TwoStep\nnote = n\n"
        "[steps]\n[[add]]\nconfig_file = add.cfg\nlabel = l\n[[double]]\nskip = yes\n"
    )
    pipeline = Step.from_config_file("two.cfg")
    assert isinstance(pipeline, Pipeline)
    assert (pipeline.add.amount, pipeline.add.label) == (5.0, "l")  # type: ignore[attr-defined]
    assert (pipeline.run(model).data == 5).all()


def test_pars_hold_those_of_the_steps() -> None:
    pipeline = TwoStep(note="x", steps={"double": {"factor": 4}})
    pars = pipeline.get_pars(full_spec=False)
    assert pars["note"] == "x"
    assert pars["steps"]["double"] == {"factor": 4}
    other = TwoStep()
    other.update_pars(pipeline.get_pars())
    assert other.get_pars() == pipeline.get_pars()


def test_pars_of_a_pipeline_without_steps_hold_none() -> None:
    assert Pipeline().get_pars()["steps"] == {}
    assert "steps" not in Step().get_pars()


@pytest.mark.parametrize("name", ["saved.cfg", "saved.asdf"])
def test_export_config_holds_the_steps(folder: Path, name: str) -> None:
    pipeline = TwoStep(steps={"add": {"amount": 4, "label": "a#b"}})
    pipeline.export_config(name)
    assert Step.from_config_file(name).get_pars() == pipeline.get_pars()


def test_asdf_parameters_of_the_older_form_are_read(folder: Path) -> None:
    Path("old.asdf").write_text(
        "#ASDF 1.0.0\n%YAML 1.1\n--- !core/asdf-1.1.0\n"
        "parameters: {class: example_steps.TwoStep, name: two, note: n, "
        "steps: {add: {class: example_steps.AddStep, amount: 4}}}\n...\n"
    )
    pipeline = Step.from_config_file("old.asdf")
    assert (pipeline.name, pipeline.note) == ("two", "n")  # type: ignore[attr-defined]
    assert pipeline.add.amount == 4  # type: ignore[attr-defined]


def test_products_of_steps_go_to_the_folder_of_the_pipeline(folder: Path, model: RampModel) -> None:
    model.meta.filename = "m_rate.fits"
    steps = {"add": {"save_results": True}, "double": {"save_results": True, "skip": True}}
    TwoStep.call(model, save_results=True, output_dir="out", steps=steps)
    assert sorted(p.name for p in Path("out").iterdir()) == ["m_add.fits", "m_twostep.fits"]


def test_step_is_called_as_its_class_and_in_a_pipeline_as_its_place() -> None:
    assert DoubleStep().name == "DoubleStep"
    assert TwoStep().double.name == "double"  # type: ignore[attr-defined]


def test_effects_are_told_by_step(ramp: Path, mask: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")

    class MaskTwice(Pipeline):
        step_defs: ClassVar = {"first": DQInitStep, "second": DQInitStep}

    steps = {key: {"override_mask": str(mask)} for key in MaskTwice.step_defs}
    outcome = run_on_file(MaskTwice(steps=steps), str(ramp))
    assert list(outcome.effects) == ["first", "second"]
    assert outcome.effects["first"].numbers["pixels"] > 0
    told = [each.getMessage() for each in caplog.records if each.name == "stpipe.effect"]
    assert [line.partition(":")[0] for line in told] == ["first", "second"]
