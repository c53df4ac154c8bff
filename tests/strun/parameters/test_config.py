from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from configobj import ConfigObj
from example_steps import AddStep, TwoStep, shout
from hypothesis import given
from hypothesis import strategies as st

from strun.errors import ConfigError, OutputError
from strun.parameters import config
from strun.parameters.asdf_parameters import document, read_document

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.text(
    "ab#,'\"\\\n\r \t%=[]$(){}", max_size=20
)


def round_trip(path: Path, value: object) -> object:
    config.publish_lines(str(path), ["a = 1", f"x = {config.encode('x', value)}", "[b]"])
    found = config.read(str(path)).parameters
    assert (found["a"], found["b"]) == ("1", {})
    return found["x"]


@given(value=TEXTS)
def test_text_survives_writing_and_reading_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory, value: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "text.cfg"
    with suppress(ConfigError):
        assert round_trip(path, value) == value


@given(value=st.lists(TEXTS, max_size=4))
def test_list_survives_writing_and_reading_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory, value: list[str]
) -> None:
    path = tmp_path_factory.getbasetemp() / "list.cfg"
    with suppress(ConfigError):
        assert round_trip(path, value) == value


@pytest.mark.parametrize(
    "value",
    [
        "a #b",
        "a, b",
        "it's",
        'say "x"',
        "two\nlines",
        "'a' \"b\"",
        " spaces ",
        "%(x)s",
        "",
        "x.fits",
    ],
)
def test_usual_text_is_written_so_that_configobj_itself_reads_it(folder: Path, value: str) -> None:
    round_trip(folder / "x.cfg", value)
    assert ConfigObj("x.cfg", interpolation=False)["x"] == value


def test_none_is_read_as_none(folder: Path) -> None:
    assert round_trip(folder / "x.cfg", None) is None


@pytest.mark.parametrize("value", ["None", "a\rb", "m\udcff.fits", "'''\n\"\"\"\nx", ["a\nb"]])
def test_value_that_the_syntax_has_no_way_for_goes_to_asdf(folder: Path, value: object) -> None:
    with pytest.raises(
        ConfigError, match=r"x is .*, which a cfg file cannot hold; save to an .asdf"
    ):
        config.encode("x", value)
    tree = {"class": "a.B", "name": "b", "parameters": {"x": value}}
    Path("x.asdf").write_bytes(document(tree))
    assert read_document("x.asdf")["parameters"]["x"] == value


@pytest.mark.parametrize("value", [True, 3, 0.1, 1e-300])
def test_numbers_are_written_as_python_shows_them(folder: Path, value: object) -> None:
    assert round_trip(folder / "x.cfg", value) == str(value)


def test_functions_and_classes_are_written_by_name() -> None:
    written = config.encode("pre_hooks", [shout, AddStep])
    assert written == "example_steps.shout, example_steps.AddStep"


@pytest.mark.parametrize("value", [lambda model: model, object()])
def test_what_lives_in_memory_cannot_be_written(value: object) -> None:
    with pytest.raises(ConfigError, match=r"pre_hooks is .*which a cfg file cannot hold"):
        config.encode("pre_hooks", [value])


def test_read_gives_name_class_and_sections(folder: Path) -> None:
    Path("p.cfg").write_text(
        "\ufeffname = 'n' # comment\r\nclass = a.B\r\nx = 1, 2\r\n[steps]\r\n[[one]]\r\ny = 3\r\n",
        encoding="utf-8",
        newline="",
    )
    found = config.read("p.cfg")
    assert (found.name, found.class_name) == ("n", "a.B")
    assert found.parameters == {"x": ["1", "2"], "steps": {"one": {"y": "3"}}}


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"x = 1\njust words\n", r"line 2 \('just words'\) is not understood"),
        (b"x = 1\nx = 2\n", "line 2"),
        (b"x = 'open\n", "line 1"),
        (b"[[deep]\n", "line 1"),
        (b"\xff\xfe\x00", "not a text file"),
        (b"SIMPLE  =                    T", "not a cfg file but data"),
        (b"#ASDF 1.0.0\n", "no parameters of a step can be read"),
    ],
)
def test_read_says_what_is_wrong_with_a_file(folder: Path, content: bytes, text: str) -> None:
    Path("bad.cfg").write_bytes(content)
    with pytest.raises(ConfigError, match=f"^bad.cfg: .*{text}"):
        config.read("bad.cfg")


def test_read_says_so_when_there_is_no_file(folder: Path) -> None:
    with pytest.raises(ConfigError, match=r"none.cfg: no such cfg file"):
        config.read("none.cfg")


def test_read_says_so_when_it_is_a_folder(folder: Path) -> None:
    with pytest.raises(ConfigError, match=r"\.: cfg cannot be read"):
        config.read(".")


def test_lines_comment_what_has_no_value(folder: Path) -> None:
    lines = config.lines("two", "m.TwoStep", TwoStep.parameters, {"steps.add.amount": 3.5})
    config.publish_lines("t.cfg", lines)
    assert config.read("t.cfg").parameters == {"steps": {"add": {"amount": "3.5"}, "double": {}}}
    assert "# note = none" in lines


def test_lines_that_are_commented_are_harmless_without_the_sign(folder: Path) -> None:
    lines = config.lines("add", "example_steps.AddStep", AddStep.parameters, {})
    config.publish_lines(
        "a.cfg", [line.replace("# ", "", 1) if " = " in line else line for line in lines]
    )
    step = AddStep.from_config_file("a.cfg")
    assert step.get_pars() == AddStep().get_pars()


def test_publish_lines_leaves_the_older_file_when_it_fails(folder: Path) -> None:
    Path("d.cfg").mkdir()
    with pytest.raises(OutputError, match=r"d\.cfg: is a folder"):
        config.publish_lines("d.cfg", ["x = 1"])
