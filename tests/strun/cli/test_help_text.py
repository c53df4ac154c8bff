"""What -h prints."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from example_steps import AddStep, TwoStep

from jwst.stpipe import Step
from strun.cli.cmdline import SETTINGS, StepCommand, StepGroup
from strun.cli.help_text import show_help, summary, topics
from strun.cli.options import GLOBAL, Group, global_options
from strun.cli.quicklook import quicklook
from strun.cli.strun import strun
from strun.errors import ConfigError
from strun.steps import registry


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


def _help(*words: str) -> Result:
    return CliRunner().invoke(strun, ["help", *words], prog_name="strun", standalone_mode=False)


def test_topics_are_listed() -> None:
    listed = re.findall(r"^  (\S+) +\S", _help().output, re.MULTILINE)
    assert listed == topics()


@pytest.mark.parametrize("topic", topics())
def test_text_of_a_topic_is_short_and_fits_80_columns(topic: str) -> None:
    lines = _help(topic).output.splitlines()
    assert lines[0].startswith("# ")
    assert len(lines) <= 45
    assert max(map(len, lines)) <= 80


def _runs(topic: str) -> list[str]:
    """Return the commands of a topic that run a step."""
    lines = re.findall(r"^    strun (\w.*)", _help(topic).output, re.MULTILINE)
    return [line for line in lines if not line.startswith("diff ")]


@pytest.mark.parametrize("line", [line for topic in topics() for line in _runs(topic)])
def test_commands_of_topics_can_be_typed(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).resolve().parents[3])
    group = StepGroup("strun", params=[*global_options()], context_settings=SETTINGS)
    assert group.main(shlex.split(line), standalone_mode=False).inputs


@pytest.mark.parametrize("topic", topics())
def test_options_named_in_topics_are_there(topic: str) -> None:
    known = {option.flag for option in GLOBAL} | {f"--{name}" for name in Step.parameters}
    known |= {flag for option in (*strun.params, *quicklook.params) for flag in option.opts}
    known |= {"--all", "--override_linearity", "--override_mask", "--stop_after"}
    named = set(re.findall(r"(?<![\w-])--[a-z][\w-]*(?![.\w])", _help(topic).output))
    assert named <= known


@pytest.mark.parametrize("topic", topics())
def test_pages_named_in_topics_are_there(topic: str) -> None:
    pages = re.findall(r"the page (\S+?)(?:\.| of)", _help(topic).output)
    docs = Path(__file__).resolve().parents[3] / "docs"
    assert [page for page in pages if not [*docs.glob(f"{page}.*")]] == []


def test_topics_are_offered_to_a_shell() -> None:
    context = click.Context(show_help)
    offered = [item.value for item in show_help.params[0].shell_complete(context, "p")]
    assert offered == ["pictures", "pipelines", "provenance", "python"]


def test_help_of_a_step_is_that_of_the_step() -> None:
    whole = CliRunner().invoke(strun, ["linearity", "-h"], prog_name="strun").output
    assert _help("linearity").output == whole


def test_unknown_topic_is_named_with_those_that_are() -> None:
    error = str(_help("batch").exception)
    assert error == f"batch is neither a topic nor a step; topics are {', '.join(topics())}"
