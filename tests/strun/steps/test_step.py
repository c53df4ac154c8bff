from __future__ import annotations

from pathlib import Path

import pytest
from astropy.io import fits
from example_steps import AddStep, DoubleStep, FileStep, NeedyStep

from jwst import datamodels
from jwst.datamodels import RampModel
from jwst.stpipe import Step
from jwst.stpipe.config_parser import ValidationError as FromParser
from jwst.stpipe.exceptions import ValidationError
from strun.errors import ConfigError, OutputError, ReferenceNotFoundError


@pytest.fixture
def model() -> RampModel:
    made = RampModel((1, 2, 3, 4))
    made.data += 1
    return made


def test_parameters_are_attributes() -> None:
    step = AddStep("mine", amount="2", suffix="x")
    assert (step.name, step.amount, step.suffix, step.skip) == ("mine", 2.0, "x", False)  # type: ignore[attr-defined]
    assert step.origins == {"amount": "given", "suffix": "given"}


def test_section_of_parameters_is_a_dictionary() -> None:
    step = NeedyStep(par1=1, extra={"depth": "5"})
    assert step.extra == {"depth": 5}  # type: ignore[attr-defined]


@pytest.mark.parametrize("error", [ValidationError, FromParser, ValueError])
def test_unknown_parameter_is_refused(error: type[Exception]) -> None:
    with pytest.raises(error, match=r"'amout' \(given\); did you mean amount\?"):
        AddStep(amout=1)


def test_call_makes_a_step_of_its_own(model: RampModel) -> None:
    assert AddStep(amount=50).call(model).data.max() == 2
    assert NeedyStep.call(1, 2, par1=0) == 3


def test_call_takes_cfg_and_overrides_it(folder: Path, model: RampModel) -> None:
    Path("a.cfg").write_text("class = elsewhere.Step\namount = 10\nlabel = cfg\n")
    assert AddStep.call(model, config_file="a.cfg").data.max() == 11
    assert AddStep.call(model, config_file=Path("a.cfg"), amount=3).data.max() == 4


def test_run_uses_the_parameters_of_the_instance(model: RampModel) -> None:
    step = AddStep()
    step.amount = 7  # type: ignore[attr-defined]
    assert step.run(model).data.max() == 8


@pytest.mark.parametrize(
    "step", [AddStep(), DoubleStep(), AddStep(skip=True), DoubleStep(skip=True)]
)
def test_model_that_is_given_is_not_changed(step: Step, model: RampModel) -> None:
    result = step.run(model)
    assert result is not model
    result.data += 1
    result.meta.observation.date = "2030-01-01"
    assert (model.data == 1).all()
    assert model.meta.cal_step.jump is None
    assert model.meta.observation.date is None


def test_skip_gives_the_input_with_its_status(model: RampModel) -> None:
    model.meta.cal_step.jump = None
    result = type("S", (AddStep,), {"class_alias": "jump"})(skip=True).run(model)
    assert result.meta.cal_step.jump == "SKIPPED"
    assert (result.data == 1).all()


def test_path_and_path_object_are_opened(ramp: Path) -> None:
    text, path = AddStep.call("x_uncal.fits"), AddStep.call(Path("x_uncal.fits"))
    assert (text.data == path.data).all()


def test_save_results_writes_the_product(ramp: Path) -> None:
    result = AddStep.call("x_uncal.fits", save_results=True)
    assert (fits.getdata("x_addstep.fits", "SCI") == result.data).all()
    header = fits.getheader("x_addstep.fits")
    assert header["CAL_VER"].startswith("strun ")
    assert header["FILENAME"] == "x_addstep.fits"


def test_nothing_is_saved_unless_asked(ramp: Path) -> None:
    AddStep.call("x_uncal.fits")
    assert [path.name for path in ramp.parent.iterdir()] == ["x_uncal.fits"]


def test_output_file_means_saving_unless_told_not_to(ramp: Path) -> None:
    AddStep.call("x_uncal.fits", output_file="kept.fits")
    AddStep.call("x_uncal.fits", output_file="not.fits", save_results=False)
    assert sorted(p.name for p in ramp.parent.iterdir()) == ["kept_addstep.fits", "x_uncal.fits"]


def test_output_use_model_names_the_product_after_the_model(ramp: Path) -> None:
    with datamodels.open("x_uncal.fits") as model:
        model.meta.filename = "named_rate.fits"
        AddStep.call(model, save_results=True, output_use_model=True)
    assert Path("named_addstep.fits").exists()


def test_list_of_results_is_numbered(folder: Path, model: RampModel) -> None:
    class Twice(Step):
        def process(self, one: RampModel) -> list[RampModel]:
            return [one.copy(), one.copy()]

    model.meta.filename = "m_cal.fits"
    Twice.call(model, save_results=True)
    assert sorted(p.name for p in folder.iterdir()) == ["m_0_twice.fits", "m_1_twice.fits"]


def test_list_of_results_named_after_their_models_has_no_numbers(
    folder: Path, model: RampModel
) -> None:
    class Twice(Step):
        def process(self, init: RampModel) -> list[RampModel]:
            made = [init.copy(), init.copy()]
            for number, each in enumerate(made):
                each.meta.filename = f"own{number}_rate.fits"
            return made

    Twice(save_results=True, search_output_file=False, suffix="x").run(model)
    assert sorted(p.name for p in folder.iterdir()) == ["own0_x.fits", "own1_x.fits"]


def test_get_pars_gives_all_and_those_of_the_class() -> None:
    step = DoubleStep(factor=3)
    assert step.get_pars(full_spec=False) == {"factor": 3}
    assert step.get_pars()["output_ext"] == ".fits"
    assert "override_gain" not in step.get_pars()
    assert DoubleStep(override_gain="N/A").get_pars()["override_gain"] == "N/A"


def test_update_pars_is_the_way_back() -> None:
    step = DoubleStep()
    step.update_pars(DoubleStep(factor=3, override_gain="N/A").get_pars() | {"other": 1})
    assert (step.factor, step.override_gain) == (3, "N/A")  # type: ignore[attr-defined]
    assert not hasattr(step, "other")


def test_update_pars_refuses_wrong_values() -> None:
    with pytest.raises(ValidationError, match=r"factor = 99 .* expected integer\(min=1, max=9\)"):
        DoubleStep().update_pars({"factor": 99})


def test_export_config_can_be_run_from(folder: Path) -> None:
    odd = {"label": "a #b, 'c' \"d\"\n e", "numbers": [1, 2], "pre_hooks": ["echo 'a' \"b\""]}
    step = AddStep("mine", amount=0.1, output_dir="o u t", **odd)
    step.export_config("saved.cfg")
    again = Step.from_config_file("saved.cfg")
    assert isinstance(again, AddStep)
    assert (again.name, again.get_pars()) == ("mine", step.get_pars())
    assert "save_results" not in again.origins


def test_export_config_keeps_that_nothing_is_saved(folder: Path) -> None:
    AddStep(save_results=False).export_config("saved.cfg")
    assert "save_results" in Step.from_config_file("saved.cfg").origins


@pytest.mark.parametrize("name", ["saved.asdf", "saved.ASDF", "saved"])
def test_export_config_can_be_run_from_as_asdf_or_without_extension(
    folder: Path, name: str
) -> None:
    # the syntax of cfg files has no way to write the last character
    label = "a: #b, 'c' \"d\"\n...\n e" + ("" if name == "saved" else "\udcff")
    odd = {"label": label, "numbers": [1, 2], "pre_hooks": ["echo 'a'"]}
    step = AddStep("mine", amount=0.1, output_dir="ü", **odd)
    step.export_config(name)
    step.export_config(name)
    again = Step.from_config_file(name)
    assert isinstance(again, AddStep)
    assert (again.name, again.get_pars()) == ("mine", step.get_pars())
    assert Path(name).read_bytes().startswith(b"#ASDF") == (name != "saved")


def test_export_config_refuses_another_kind_of_file(folder: Path) -> None:
    with pytest.raises(ConfigError, match=r"p\.txt: parameters are written as \.cfg or \.asdf"):
        AddStep().export_config("p.txt")
    assert not list(folder.iterdir())


def test_export_config_as_asdf_does_not_take_the_place_of_data(ramp: Path) -> None:
    before = ramp.rename("x.asdf").read_bytes()
    with pytest.raises(OutputError, match=r"x\.asdf: holds data"):
        AddStep().export_config("x.asdf")
    assert Path("x.asdf").read_bytes() == before


def test_export_config_as_asdf_leaves_places_for_metadata_when_asked(folder: Path) -> None:
    AddStep().export_config("p.asdf", include_metadata=True)
    assert "author: <SPECIFY>" in Path("p.asdf").read_text()
    assert Step.from_config_file("p.asdf").get_pars() == AddStep().get_pars()


def test_export_config_holds_overrides_as_absolute_paths(folder: Path) -> None:
    DoubleStep(override_gain="g.fits").export_config("saved.cfg")
    again = DoubleStep.from_config_file("saved.cfg")
    assert again.override_gain == str(folder / "g.fits")  # type: ignore[attr-defined]


def test_from_config_file_takes_its_name_from_name_or_file(folder: Path) -> None:
    Path("a.cfg").write_text("amount = 3\n")
    Path("b.cfg").write_text("name = c\n")
    assert [AddStep.from_config_file(path).name for path in ("a.cfg", "b.cfg")] == ["a", "c"]


def test_paths_in_a_cfg_are_counted_from_it(folder: Path) -> None:
    Path("sub").mkdir()
    Path("sub/t.txt").write_text("")
    Path("sub/a.cfg").write_text("table = t.txt\nlisting = l.txt\n")
    step = FileStep.from_config_file("sub/a.cfg")
    assert step.table == str(folder / "sub" / "t.txt")  # type: ignore[attr-defined]
    assert step.listing == str(folder / "sub" / "l.txt")  # type: ignore[attr-defined]


def test_print_configspec_shows_overrides_too(capsys: pytest.CaptureFixture[str]) -> None:
    DoubleStep().print_configspec()
    said = capsys.readouterr().out
    assert "factor " in said
    assert "override_gain " in said


def test_reference_is_the_override(folder: Path, model: RampModel) -> None:
    Path("g.fits").write_text("")
    step = DoubleStep(override_gain="g.fits")
    assert step.get_reference_file(model, "gain") == str(folder / "g.fits")
    assert DoubleStep(override_gain="N/A").get_reference_file(model, "gain") == "N/A"
    assert DoubleStep(override_gain="").get_reference_file(model, "gain") == ""


def test_reference_may_be_a_model(model: RampModel) -> None:
    other = RampModel((1, 1, 1, 1))
    assert DoubleStep(override_gain=other).get_reference_file(model, "gain") is other


@pytest.mark.parametrize("given", [{}, {"override_gain": "none.fits"}])
def test_missing_reference_names_the_ways_out(
    folder: Path, model: RampModel, given: dict[str, str]
) -> None:
    with pytest.raises(ReferenceNotFoundError, match="override_gain"):
        DoubleStep(**given).get_reference_file(model, "gain")


def test_search_attr_asks_the_parents(folder: Path) -> None:
    parent = Step(output_dir="here")
    child = Step(parent=parent)
    assert child.search_attr("output_dir") == "here"
    assert child.search_attr("nothing", "else") == "else"
    child.output_dir = "there"
    assert child.search_attr("output_dir", parent_first=True) == "here"


def test_step_without_prepare_or_process_says_so(model: RampModel) -> None:
    with pytest.raises(NotImplementedError, match="FileStep defines neither prepare nor process"):
        FileStep().run(model)
