from __future__ import annotations

from pathlib import Path

import pytest

from strun.errors import ConfigError, ValidationError
from strun.parameters.spec import Parameter
from strun.parameters.validation import check, is_model


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
