"""What -h prints."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner
from example_steps import AddStep, TwoStep

from strun.cli.cmdline import StepCommand
from strun.cli.help_text import summary
from strun.cli.options import GLOBAL, Group
from strun.cli.strun import strun
from strun.errors import ConfigError
from strun.steps import registry
from strun.steps.step import Step


def said(*words: str) -> str:
    """Return what the command prints."""
    return str(CliRunner().invoke(strun, words, prog_name="strun").output)


def section(text: str, title: str) -> str:
    """Return what stands under a title."""
    return text.partition(f"\n{title}:\n")[2].partition("\n\n")[0]


@pytest.mark.parametrize("words", [["-h"], *(["-h", name] for name in registry.ALIASES)])
def test_lines_fit_80_columns(words: list[str]) -> None:
    assert max(map(len, said(*reversed(words)).splitlines())) <= 80


def test_options_of_a_step_stand_in_groups() -> None:
    text = said("dq_init", "-h")
    assert re.findall(r"^(\S.*):$", text, re.MULTILINE) == [group.value for group in Group]
    assert "--user_supplied_dq" in section(text, Group.STEP)
    assert "--output_dir DIR" in section(text, Group.OUTPUT)
    assert "--override_mask FILE" in section(text, Group.REFERENCES)
    assert "--resume" in section(text, Group.MANY)
    assert "--log-level LEVEL" in section(text, Group.LOG)
    assert "--dry-run" in section(text, Group.CHECKS)


def test_every_option_is_in_help_once() -> None:
    flags = re.findall(r"^  (?:-\w, )?(--[\w.-]+)", said("saturation", "-h"), re.MULTILINE)
    names = [name for name, parameter in registry.find_class("saturation").parameters.items()]
    assert sorted(flags) == sorted(
        ["--help", *(option.flag for option in GLOBAL), *(f"--{name}" for name in names)]
    )


def test_own_parameters_come_before_those_of_every_step() -> None:
    own = section(said("saturation", "-h"), Group.STEP)
    assert own.index("--use_readpatt") < own.index("--pre_hooks")


def test_defaults_and_choices_are_shown() -> None:
    text = " ".join(said("ramp_fit", "-h").split())
    assert "--algorithm OLS_C|LIKELY strun has OLS_C [OLS_C]" in text
    assert "--suppress_one_group BOOL Leave out ramps with one good group [true]" in text


def test_help_of_a_pipeline_lists_its_steps_and_not_their_parameters() -> None:
    text = said("calwebb_detector1", "-h")
    assert "saturation" in section(text, "Steps (* is left out unless skip=false)")
    assert "--steps.jump.rejection_threshold" not in text
    assert "Order for MIRI: group_scale, dq_init, emicorr," in text


def test_help_of_a_pipeline_lists_all_parameters_when_asked() -> None:
    text = said("calwebb_detector1", "-h", "--all")
    assert "--steps.jump.rejection_threshold NUMBER" in section(text, "Step jump")
    assert text == said("calwebb_detector1", "--all", "--help")


def test_all_is_no_option_without_help() -> None:
    with pytest.raises(ConfigError, match="all goes with -h"):
        Step.from_cmdline(["calwebb_detector1", "x.fits", "--all"])


def test_a_pipeline_of_a_user_shows_its_steps() -> None:
    text = CliRunner().invoke(StepCommand("x", TwoStep, None), ["-h"]).output
    assert section(text, "Steps").split()[:1] == ["add"]


def test_a_pipeline_without_steps_has_help() -> None:
    assert "\nSteps" not in said("jwst.stpipe.Pipeline", "-h")


def test_first_page_names_steps_in_order_and_pipelines_apart() -> None:
    text = said("-h")
    named = [line.split()[0] for line in section(text, "Steps, in the order of a run").splitlines()]
    pipelines = [line.split()[0] for line in section(text, "Pipelines").splitlines()]
    assert [*named, *pipelines] == list(registry.ALIASES)
    assert "help TOPIC" in " ".join(text.split())


@pytest.mark.parametrize("alias", registry.ALIASES)
def test_first_page_has_a_line_for_each(alias: str) -> None:
    (line,) = [line for line in said("-h").splitlines() if line.startswith(f"  {alias} ")]
    assert line.endswith(summary(registry.find_class(alias)))


def test_summary_is_the_first_sentence() -> None:
    assert summary(AddStep) == "Add a number to all samples; in the old style, in memory"
