"""The command strun help."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from jwst.stpipe import Step
from strun.cli.cmdline import SETTINGS, StepGroup
from strun.cli.options import GLOBAL, global_options
from strun.cli.quicklook import quicklook
from strun.cli.strun import strun
from strun.cli.topics import show_help, topics


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
