from __future__ import annotations

from pathlib import Path

import pytest
from example_steps import AddStep, DoubleStep, FileStep, NeedyStep, TwoStep

from strun.errors import ValidationError
from strun.parameters.precedence import DEFAULT, Layer, Setting, nested, resolve


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
