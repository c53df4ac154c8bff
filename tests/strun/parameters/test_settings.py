from __future__ import annotations

from pathlib import Path

import pytest
from example_steps import AddStep, DoubleStep, FileStep, NeedyStep, TwoStep

from strun.errors import ConfigError, ValidationError
from strun.parameters.settings import DEFAULT, Layer, Setting, check, is_model, nested, resolve
from strun.parameters.spec import Parameter


def test_strongest_source_wins_and_is_remembered() -> None:
    layers = [
        Layer("CRDS", {"amount": "1", "label": "a", "mode": "minus"}),
        Layer("cfg", {"amount": "2", "label": "b"}),
        Layer("command line", {"amount": "3"}),
    ]
    found = resolve(AddStep.parameters, layers)
    assert found["amount"] == Setting(3.0, "command line")
    assert found["label"] == Setting("b", "cfg")
    assert found["mode"] == Setting("minus", "CRDS")
    assert found["skip"] == Setting(False, DEFAULT)


def test_none_counts_when_a_source_says_it() -> None:
    found = resolve(
        AddStep.parameters, [Layer("cfg", {"suffix": "x"}), Layer("call", {"suffix": None})]
    )
    assert found["suffix"] == Setting(None, "call")


def test_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(ValidationError, match=r"'amuont' \(cfg\); did you mean amount\?"):
        resolve(AddStep.parameters, [Layer("cfg", {"amuont": 1})])


def test_unknown_section_is_refused() -> None:
    with pytest.raises(ValidationError, match="no parameter is named 'other'"):
        resolve(AddStep.parameters, [Layer("cfg", {"other": {}})])


def test_parameter_without_default_must_be_given() -> None:
    with pytest.raises(ValidationError, match="par1 is missing: Control"):
        resolve(NeedyStep.parameters, [])


def test_sections_may_be_dictionaries_or_dots() -> None:
    layers = [Layer("cfg", {"par1": 1, "extra": {"depth": 4}})]
    assert resolve(NeedyStep.parameters, layers)["extra.depth"].value == 4
    layers.append(Layer("command line", {"extra.depth": "5"}))
    assert resolve(NeedyStep.parameters, layers)["extra.depth"].value == 5


def test_default_lists_are_not_shared() -> None:
    one, other = resolve(AddStep.parameters, []), resolve(AddStep.parameters, [])
    assert one["numbers"].value is not other["numbers"].value


def test_steps_of_a_pipeline_take_a_cfg_file_and_override_it(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "add.cfg").write_text("name = a\nclass = x.Y\namount = 4\nlabel = c\n")
    steps = {"add": {"config_file": "add.cfg", "label": "own", "name": "add"}}
    found = resolve(TwoStep.parameters, [Layer("cfg", {"steps": steps}, "sub")])
    assert found["steps.add.amount"].value == 4.0
    assert found["steps.add.label"].value == "own"
    assert found["steps.double.factor"] == Setting(2, DEFAULT)


def test_files_are_counted_from_the_folder_of_their_source(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "a.txt").write_text("")
    (folder / "b.txt").write_text("")
    in_cfg = Layer("cfg", {"table": "a.txt"}, "sub")
    typed = Layer("command line", {"table": "b.txt"})
    assert resolve(FileStep.parameters, [in_cfg])["table"].value == str(folder / "sub" / "a.txt")
    assert resolve(FileStep.parameters, [in_cfg, typed])["table"].value == str(folder / "b.txt")


def test_nested_is_the_way_back_from_dots() -> None:
    assert nested({"a": 1, "b.c": 2, "b.d.e": 3}) == {"a": 1, "b": {"c": 2, "d": {"e": 3}}}


def test_resolve_keeps_overrides_of_each_step() -> None:
    found = resolve(TwoStep.parameters, [Layer("call", {"steps.double.override_gain": "N/A"})])
    assert found["steps.double.override_gain"].value == "N/A"
    assert "override_gain" in DoubleStep.parameters


class Model:
    """Enough of a data model."""

    crds_observatory = "jwst"

    def get_crds_parameters(self) -> dict[str, str]:
        return {}

    def save(self, path: str) -> str:
        return path


def checked(kind: str, value: object, *, name: str = "x", base: str = "") -> object:
    return check(Parameter(name, kind, ""), value, origin="here", base=base)


@pytest.mark.parametrize(
    ("kind", "value", "result"),
    [
        ("boolean", "YES", True),
        ("boolean", "0", False),
        ("boolean", True, True),
        ("integer(max=5)", "4", 4),
        ("float", "1e3", 1000.0),
        ("string", " as # typed, 'so' ", " as # typed, 'so' "),
        ("string", Path("a/b"), "a/b"),
        ("list", "alone", ["alone"]),
        ("list", ("a", 2), ["a", 2]),
        ("int_list(min=1)", ["1", "2"], [1, 2]),
        ("float_list", "1.5", [1.5]),
        ("option('a', 'b')", "b", "b"),
        ("string", None, None),
    ],
)
def test_check_converts_when_value_fits(kind: str, value: object, result: object) -> None:
    assert checked(kind, value) == result


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("boolean", "maybe", "expected true or false"),
        ("integer", "4.5", "expected an integer"),
        ("float", "much", "expected a number"),
        ("integer(max=5)", "6", r"expected integer\(max=5\)"),
        ("option('a', 'b')", "c", "expected one of a, b"),
        ("string", ["a", "b"], "put quotes around one that contains a comma"),
        ("string", 3, "expected a text"),
        ("is_datamodel", "x.fits", "expected is_datamodel"),
    ],
)
def test_check_refuses_when_value_does_not_fit(kind: str, value: object, text: str) -> None:
    with pytest.raises(ValidationError, match=f"^x = .*here.*{text}"):
        checked(kind, value)


def test_check_says_so_when_the_type_does_not_exist() -> None:
    with pytest.raises(ConfigError, match=r"spec of x.*nonsense"):
        checked("nonsense", "a")


def test_override_takes_a_model_by_what_it_can_do() -> None:
    model = Model()
    assert checked("is_string_or_datamodel", model, name="override_mask") is model


@pytest.mark.parametrize("value", [3, Model])
def test_override_refuses_what_is_no_model(value: object) -> None:
    with pytest.raises(ValidationError, match="a file name, N/A or a data model"):
        checked("is_string_or_datamodel", value, name="override_mask")


def test_class_of_models_is_no_model() -> None:
    assert is_model(Model())
    assert not is_model(Model)


def test_override_becomes_absolute_from_the_current_folder(folder: Path) -> None:
    found = checked("is_string_or_datamodel", "m.fits", name="override_mask", base="elsewhere")
    assert found == str(folder / "m.fits")


@pytest.mark.parametrize("value", ["N/A", ""])
def test_override_that_is_no_path_stays(value: str) -> None:
    assert checked("is_string_or_datamodel", value, name="override_mask") == value


def test_file_parameters_become_absolute_from_their_base(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "t.txt").write_text("")
    assert checked("input_file", "t.txt", base="sub") == str(folder / "sub" / "t.txt")
    assert checked("output_file", "new.fits", base="sub") == str(folder / "sub" / "new.fits")


def test_input_file_must_exist(folder: Path) -> None:
    with pytest.raises(ValidationError, match=r"x \(here\): no such file: .*t\.txt"):
        checked("input_file", "t.txt")


@pytest.mark.parametrize("kind", ["file", "saved_file"])
def test_files_of_a_run_are_named_as_they_were_written(folder: Path, kind: str) -> None:
    # jwst takes them for texts: they are counted from the current folder also of a cfg file
    assert checked(kind, "d/w.asdf", base="elsewhere") == "d/w.asdf"
    with pytest.raises(ValidationError, match="expected a file name"):
        checked(kind, "")
