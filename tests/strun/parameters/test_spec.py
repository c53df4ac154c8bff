from __future__ import annotations

import pytest
from example_steps import AddStep, DoubleStep, NeedyStep, TwoStep

from jwst.dq_init import DQInitStep
from jwst.stpipe import Step
from strun.errors import ConfigError
from strun.parameters.spec import Parameter, own_names

BASE = [
    "pre_hooks",
    "post_hooks",
    "output_file",
    "output_dir",
    "output_ext",
    "output_use_model",
    "output_use_index",
    "save_results",
    "skip",
    "suffix",
    "search_output_file",
    "input_dir",
]


def test_spec_shows_all_parameters_with_comments_when_printed() -> None:
    lines = [line for line in DQInitStep.spec.splitlines() if line.strip()]
    assert [line.split()[0] for line in lines] == [*BASE, "user_supplied_dq"]
    assert all("  # " in line for line in lines)
    assert "output_ext         = string(default='.fits')" in DQInitStep.spec


def test_parameters_end_with_overrides() -> None:
    names = list(DQInitStep.parameters)
    assert names == [*BASE, "user_supplied_dq", "override_mask"]


def test_own_names_are_those_of_the_class_body() -> None:
    assert own_names(AddStep) == ["amount", "label", "mode", "numbers"]


def test_subclass_replaces_a_parameter_in_its_place() -> None:
    class Child(AddStep):
        spec = "skip = boolean(default=True)  # Not by default"

    names = list(Child.parameters)
    assert names.index("skip") == BASE.index("skip")
    assert Child.parameters["skip"].default is True
    assert AddStep.parameters["skip"].default is False


def test_class_without_spec_has_the_parameters_of_its_bases() -> None:
    class Child(DoubleStep):
        pass

    assert Child.spec == DoubleStep.spec


def test_comment_above_a_line_counts_when_there_is_none_behind_it() -> None:
    assert AddStep.parameters["mode"].comment == "Which way it goes"


def test_number_sign_in_quotes_is_no_comment() -> None:
    parameter = AddStep.parameters["label"]
    assert (parameter.default, parameter.comment) == ("a # b", "A text with a number sign")


@pytest.mark.parametrize(
    ("check", "default"),
    [
        ("float(min=0, default=1.5)", 1.5),
        ("integer(default=-2)", -2),
        ("boolean(default=False)", False),
        ("string(default='a, b)')", "a, b)"),
        ("string(default=None)", None),
        ("string(default=plain)", "plain"),
        ("list(default=list('a', \"b\"))", ["a", "b"]),
        ("list(default=list())", []),
        ("option('x', 'y', default='y')", "y"),
        ("float()", None),
        ("string", None),
    ],
)
def test_default_is_read_from_the_check(check: str, default: object) -> None:
    assert Parameter("x", check, "").default == default


def test_choices_are_those_of_an_option() -> None:
    assert AddStep.parameters["mode"].choices == ["plus", "minus"]


def test_sections_follow_what_is_in_none() -> None:
    class Child(NeedyStep):
        spec = "later = string(default=None)"

    names = list(Child.parameters)
    assert names[-2:] == ["extra.", "extra.depth"]
    assert "    [extra]\n      depth" in Child.spec


def test_parameters_of_a_pipeline_hold_those_of_its_steps() -> None:
    assert "steps.add.amount" in TwoStep.parameters
    assert TwoStep.parameters["steps.double.factor"].check == DoubleStep.parameters["factor"].check
    assert "[[double]]" in TwoStep.spec


def test_broken_spec_is_named_when_it_is_used() -> None:
    class Broken(Step):
        spec = "just words"

    with pytest.raises(ConfigError, match=r"Broken\.spec: .*expected lines"):
        Broken()


@pytest.mark.parametrize("name", ["name", "run", "search_attr", "counts"])
def test_parameter_must_not_hide_what_steps_have(name: str) -> None:
    class Hiding(Step):
        spec = f"{name} = string(default=None)"

    with pytest.raises(ConfigError, match=f"{name} is an attribute of all steps"):
        Hiding()
