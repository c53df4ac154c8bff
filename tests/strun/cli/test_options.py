from __future__ import annotations

import pytest
from example_steps import AddStep, DoubleStep, NeedyStep, TwoStep

from jwst.stpipe import Step
from strun.cli.options import step_options
from strun.errors import ConfigError
from strun.parameters.list_text import split_list


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a", ["a"]),
        ("a,", ["a"]),
        ("a, b", ["a", "b"]),
        ("", []),
        ("'a, b', c", ["a, b", "c"]),
        ("pkg.Hook(x=1, y=[2, 3]), z", ["pkg.Hook(x=1, y=[2, 3])", "z"]),
        ("awk '{print $1, $2}' {0}", ["awk '{print $1, $2}' {0}"]),
        ("echo don't, stop", ["echo don't, stop"]),
        ("'a' 'b'", ["'a' 'b'"]),
        ("a #b", ["a #b"]),
    ],
)
def test_list_is_split_at_commas_outside_quotes_and_brackets(text: str, parts: list[str]) -> None:
    assert split_list(text) == parts


def test_each_parameter_has_an_option() -> None:
    flags = {flag for option in step_options(TwoStep.parameters) for flag in option.opts}
    assert {"--note", "--steps.add.amount", "--steps.double.override_gain"} <= flags
    assert "--steps." not in flags


def test_help_of_an_option_shows_kind_and_default() -> None:
    options = {option.opts[0]: option for option in step_options(AddStep.parameters)}
    assert options["--mode"].metavar == "plus|minus"
    assert options["--skip"].metavar == "BOOL"
    assert str(options["--skip"].help).endswith("[false]")
    assert str(options["--amount"].help).endswith("What is added  [1.0]")
    assert "[" not in str(options["--suffix"].help)


def test_help_of_a_required_parameter_shows_its_comment() -> None:
    option = next(o for o in step_options(NeedyStep.parameters) if o.opts == ["--par1"])
    assert option.help == "Control"


def test_parameter_with_the_name_of_a_global_option_is_refused() -> None:
    class Clash(Step):
        spec = "verbose = boolean(default=False)"

    with pytest.raises(ConfigError, match="verbose has the name of an option that all steps have"):
        step_options(Clash.parameters)


def test_metavar_of_an_override_is_a_file() -> None:
    option = next(o for o in step_options(DoubleStep.parameters) if "--override_gain" in o.opts)
    assert option.metavar == "FILE"
