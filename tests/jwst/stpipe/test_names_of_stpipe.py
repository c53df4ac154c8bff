"""Steps have the methods and attributes that code written for stpipe uses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from configobj import ConfigObj
from example_steps import AddStep, CalPipeline, DoubleStep, TwoStep

from jwst.datamodels import JwstDataModel, RampModel
from jwst.dq_init import DQInitStep
from jwst.stpipe import Pipeline, Step
from strun.errors import InputError, ReferenceNotFoundError, ValidationError
from strun.references import crds_lookup, crds_setup
from strun.references.crds_lookup import Found
from strun.steps.running import run_on_file


class NotingStep(Step):
    """Notes what it is told in a run."""

    noted: tuple[Any, ...] = ()

    def process(self, init: Any) -> Any:  # noqa: ANN401
        self.noted = (self.input_dir, self.suffix, self.make_input_path("other.fits"))
        return self.prepare_output(init)


class FinalizingStep(DQInitStep):
    """Adds a keyword to its results."""

    def finalize_result(self, result: Any, reference_files_used: Any) -> None:  # noqa: ANN401
        super().finalize_result(result, reference_files_used)
        result.meta.target.catalog_name = str(reference_files_used)


# -- input ---------------------------------------------------------------------------------------


def test_input_dir_is_empty_before_a_run() -> None:
    assert Step().input_dir == ""
    assert Step().get_pars()["input_dir"] == ""


def test_input_dir_is_that_of_the_file_in_a_run(ramp: Path) -> None:
    Path("d").mkdir()
    ramp.rename("d/x_uncal.fits")
    step = NotingStep()
    step.run("d/x_uncal.fits")
    assert step.noted == ("d", "notingstep", "d/other.fits")


def test_input_dir_that_was_said_wins(ramp: Path) -> None:
    step = NotingStep(input_dir="said")
    step.run(str(ramp))
    assert step.noted[0] == "said"


def test_step_of_a_pipeline_has_its_input_dir_and_a_suffix(ramp: Path) -> None:
    class One(Pipeline):
        step_defs = {"noting": NotingStep}

    pipeline = One()
    pipeline.run(str(ramp))
    noting: Any = pipeline.substeps["noting"]
    assert noting.noted[:2] == (str(ramp.parent), "noting")


def test_another_run_has_another_input_dir(ramp: Path) -> None:
    step = NotingStep()
    step.run(str(ramp))
    step.run(ramp.name)
    assert step.noted[0] == ""


def test_make_input_path_leaves_what_is_no_bare_name() -> None:
    step = Step(input_dir="d")
    assert step.make_input_path("x.fits") == "d/x.fits"
    assert step.make_input_path("e/x.fits") == "e/x.fits"
    assert step.make_input_path(3) == 3


def test_primary_input_names_the_product(ramp: Path) -> None:
    step = AddStep(save_results=True)
    step.set_primary_input("named_uncal.fits")
    step.run(str(ramp))
    assert Path("named_addstep.fits").exists()


def test_primary_input_is_not_replaced_when_exclusive() -> None:
    step = Step()
    step.set_primary_input("a.fits")
    step.set_primary_input("b.fits")
    assert step.default_output_file() == "a.fits"
    step.set_primary_input("b.fits", exclusive=False)
    assert step.default_output_file() == "b.fits"


def test_default_output_file_is_the_step_without_input() -> None:
    assert Step("hello").default_output_file() == "step_hello.fits"
    assert Step("hello").default_output_file("x.fits") == "x.fits"


@pytest.mark.parametrize("kind", [DQInitStep, TwoStep])
def test_call_without_input_says_what_is_missing(kind: type[Step]) -> None:
    with pytest.raises(InputError, match=f"{kind.__name__}: no input; expected the path of an exp"):
        kind.call()


# -- products ------------------------------------------------------------------------------------


def test_suffix_is_known_in_a_run_and_is_no_parameter_that_was_said(ramp: Path) -> None:
    step = AddStep()
    assert step.suffix is None
    step.run(str(ramp))
    assert step.suffix == "addstep"
    assert "suffix" not in step.origins


def test_default_suffix_and_remove_suffix() -> None:
    assert (AddStep("Named").default_suffix(), DQInitStep().default_suffix()) == (
        "named",
        "dq_init",
    )
    assert Step.remove_suffix("x_cal") == ("x", "_")
    assert Step.remove_suffix("x-cal") == ("x", "-")


def test_save_model_saves_only_when_asked_to(folder: Path) -> None:
    model = RampModel((1, 1, 2, 2))
    assert AddStep().save_model(model) is None
    assert list(folder.iterdir()) == []
    assert AddStep().save_model(model, output_file="a.fits") == "a_addstep.fits"
    assert AddStep(save_results=True).save_model(model) == "step_AddStep_addstep.fits"
    assert AddStep(output_file="c").save_model(model) == "c_addstep.fits"


def test_name_of_a_call_names_the_product(ramp: Path, mask: Path) -> None:
    DQInitStep.call(str(ramp), name="Foo", override_mask="mask.fits", save_results=True)
    assert Path("x_foo.fits").exists()


def test_output_file_counts_though_that_of_a_pipeline_does_not(ramp: Path) -> None:
    AddStep.call(str(ramp), output_file="v.fits", search_output_file=False)
    assert Path("v_addstep.fits").exists()


@pytest.mark.parametrize("on_file", [False, True])
def test_finalize_result_is_asked_before_saving(ramp: Path, mask: Path, on_file: bool) -> None:
    step = FinalizingStep(override_mask="mask.fits", save_results=True, suffix="z")
    if on_file:
        run_on_file(step, str(ramp))
    else:
        step.run(str(ramp))
    with JwstDataModel("x_z.fits") as model:
        assert model.meta.target.catalog_name == "[('mask', 'mask.fits')]"
        assert model.meta.ref_file.mask.name == "mask.fits"


# -- references ----------------------------------------------------------------------------------


def test_override_is_an_absolute_path_a_model_or_nothing(mask: Path) -> None:
    assert DQInitStep(override_mask="mask.fits").get_ref_override("mask") == str(mask)
    assert DQInitStep(override_mask="N/A").get_ref_override("mask") == "N/A"
    assert DQInitStep().get_ref_override("mask") is None


def test_override_of_a_kind_that_is_not_named_beforehand_may_be_a_path(mask: Path) -> None:
    step = AddStep()
    step.override_dark = mask  # type: ignore[attr-defined]
    assert step.get_reference_file("no file is opened", "dark") == str(mask)


def test_pipeline_has_the_references_of_the_steps_that_will_run() -> None:
    pipeline = CalPipeline(steps={"linearity": {"override_linearity": "x.fits"}})
    assert pipeline.reference_file_types == ["mask", "linearity"]
    assert str(pipeline.get_ref_override("linearity")).endswith("/x.fits")
    pipeline.substeps["linearity"].skip = True
    assert pipeline.reference_file_types == ["mask"]
    assert pipeline.get_ref_override("linearity") is None


def test_references_are_not_fetched_for_a_step_that_does_not_want_it(
    ramp: Path, mask: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = CalPipeline(steps={"linearity": {"override_linearity": "none.fits"}})
    with pytest.raises(ReferenceNotFoundError, match=r"none\.fits: no such"):
        pipeline.prefetch(str(ramp))
    pipeline.substeps["linearity"].prefetch_references = False  # type: ignore[misc]
    pipeline.prefetch(str(ramp))


@pytest.mark.parametrize("name", ["override_mask", "output_dir", "output_file", "input_dir"])
def test_path_that_was_set_is_a_text(name: str) -> None:
    step = DQInitStep()
    setattr(step, name, Path("there") / "x")
    assert getattr(step, name) == "there/x"


def test_path_of_a_reference_is_named_in_the_product(ramp: Path, mask: Path) -> None:
    step = DQInitStep(save_results=True)
    step.override_mask = mask  # type: ignore[attr-defined]
    result = step.run(ramp)
    assert result.meta.ref_file.mask.name == "mask.fits"
    assert step.get_reference_file(result, "mask") == str(mask)
    with JwstDataModel("x_dq_init.fits") as product:
        header = product.header("PRIMARY")
        assert header is not None
        assert len(str(header.get("H_MASK"))) == 64


def test_attribute_that_is_no_parameter_may_be_a_path() -> None:
    step: Any = AddStep()
    step.table_of_mine = Path("x")
    assert step.table_of_mine == Path("x")


# -- parameters ----------------------------------------------------------------------------------


def test_spec_is_a_tree_with_overrides_and_steps() -> None:
    spec = TwoStep.load_spec_file()
    assert isinstance(spec, ConfigObj)
    assert spec["steps"]["double"]["override_gain"] == "is_string_or_datamodel(default=None)"
    assert spec["steps"]["add"]["config_file"] == "string(default=None)"
    assert AddStep.load_spec_file().inline_comments["label"] == "# A text with a number sign"


@pytest.fixture
def files(folder: Path) -> Path:
    """Return a cfg file of a step, beside one of a pipeline."""
    (folder / "two.cfg").write_text("note = file\n[steps]\n[[add]]\namount = 2\nlabel = file\n")
    (folder / "add.cfg").write_text('name = "add"\namount = 3\n')
    return folder / "add.cfg"


def test_built_config_is_that_of_file_and_call(files: Path) -> None:
    built, path = AddStep.build_config(None, config_file=files, label="call")
    assert dict(built) == {"name": "add", "amount": "3", "label": "call"}
    assert path == files
    step = AddStep.from_config_section(built, config_file=path)
    assert (step.name, step.amount, step.label) == ("add", 3.0, "call")  # type: ignore[attr-defined]


def test_built_config_of_a_pipeline_takes_files_of_its_steps(files: Path) -> None:
    steps = {"add": {"config_file": "add.cfg", "label": "call"}}
    built, _ = TwoStep.build_config(None, config_file="two.cfg", steps=steps)
    pipeline = TwoStep.from_config_section(built)
    add: Any = pipeline.substeps["add"]
    assert (add.amount, add.label, pipeline.note) == (3.0, "call", "file")  # type: ignore[attr-defined]


def test_file_of_another_step_is_refused(files: Path) -> None:
    with pytest.raises(ValidationError, match=r"add\.cfg: is for the step add, expected double"):
        TwoStep.build_config(None, steps={"double": {"config_file": "add.cfg"}})


def test_nothing_is_built_of_nothing() -> None:
    assert TwoStep.build_config(None) == ({}, None)


@pytest.fixture
def crds(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let CRDS have parameters of a pipeline and of one of its steps."""
    (folder / "two.asdf").write_text(
        "#ASDF 1.0.0\n--- !core/asdf-1.1.0\nclass: example_steps.TwoStep\nname: two\n"
        "parameters: {note: crds}\nsteps:\n- class: example_steps.AddStep\n  name: add\n"
        "  parameters: {amount: 7.0}\n...\n"
    )
    (folder / "add.cfg").write_text("amount = 1\nlabel = own\n")
    files = {"pars-twostep": "two.asdf", "pars-addstep": "add.cfg"}

    def look_up(_: object, reftype: str) -> Found:
        if reftype not in files:
            raise ReferenceNotFoundError(reftype)
        return Found(files[reftype], files[reftype], "jwst_0001.pmap", "1")

    monkeypatch.setattr(crds_setup, "missing_setup", lambda: None)
    monkeypatch.setattr(crds_lookup, "look_up", look_up)


def test_parameters_of_crds_for_a_pipeline_win_over_those_of_its_steps(
    ramp: Path, crds: None
) -> None:
    said = TwoStep.get_config_from_reference(str(ramp))
    assert said["note"] == "crds"
    assert (said["steps"]["add"]["amount"], said["steps"]["add"]["label"]) == (7.0, "own")
    assert TwoStep.get_config_from_reference(str(ramp), disable=True) == {}


def test_parameters_of_crds_reach_the_steps_of_a_pipeline(ramp: Path, crds: None) -> None:
    class Asking(TwoStep):
        def process(self, init: Any) -> Any:  # noqa: ANN401
            return init

    Asking.__name__ = "TwoStep"
    pipeline = Asking(takes_crds_pars=True, steps={"add": {"label": "said"}})
    pipeline.run(str(ramp))
    add: Any = pipeline.substeps["add"]
    assert (add.amount, add.label) == (7.0, "said")
    assert add.origins["amount"] == "CRDS"


def test_what_is_no_exposure_has_no_parameters(caplog: pytest.LogCaptureFixture) -> None:
    assert DoubleStep.get_config_from_reference(42) == {}
    assert "42, which is no exposure" in caplog.text
    assert DoubleStep.get_config_reftype() == "pars-doublestep"
