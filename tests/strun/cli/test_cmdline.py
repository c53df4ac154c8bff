from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from example_steps import AddStep, FileStep, NeedyStep, TwoStep

from jwst.stpipe import Step
from strun.cli.cmdline import SETTINGS, Invocation, StepCommand, StepGroup
from strun.cli.options import ParameterOption, global_options
from strun.errors import ConfigError, StepNotFoundError, ValidationError


def asked(*words: str) -> Invocation:
    """Return what a command line asks for."""
    group = StepGroup("strun", params=[*global_options()], context_settings=SETTINGS)
    found = group.main(list(words), standalone_mode=False)
    assert isinstance(found, Invocation)
    return found


ODD = "a #b, 'c' \"d\" $e \\f"


@pytest.mark.parametrize(
    "words",
    [
        ("x.fits", "--label", ODD, "--amount=3"),
        ("--label", ODD, "x.fits", "--amount", "3"),
        (f"--label={ODD}", "--amount=3", "x.fits"),
    ],
)
def test_values_are_taken_as_typed_wherever_they_stand(words: tuple[str, ...]) -> None:
    found = asked("example_steps.AddStep", *words)
    assert (found.parameters, found.inputs) == ({"label": ODD, "amount": "3"}, ("x.fits",))


def test_negative_number_is_a_value() -> None:
    assert asked("example_steps.AddStep", "x", "--amount", "-3").parameters == {"amount": "-3"}


@pytest.mark.parametrize("flag", ["--output_dir", "--output-dir", "--output_use-model"])
def test_dash_and_underscore_mean_the_same(flag: str) -> None:
    name = flag[2:].replace("-", "_")
    assert asked("example_steps.AddStep", flag, "true").parameters == {name: "true"}


def test_lists_are_split_and_add_up() -> None:
    words = ("--numbers", "1,2", "--numbers=3", "--pre_hooks", "sort -k1,1 '{0}'")
    found = asked("example_steps.AddStep", *words).configured()
    assert found.numbers == [1, 2, 3]  # type: ignore[attr-defined]
    assert found.pre_hooks == ["sort -k1", "1 '{0}'"]


@pytest.mark.parametrize(
    ("words", "level", "debug"),
    [
        (("--log-level", "ERROR", "example_steps.AddStep"), "ERROR", None),
        (("example_steps.AddStep", "--log-level=ERROR", "--debug"), "ERROR", True),
        (("--log-level=INFO", "--debug", "example_steps.AddStep", "--log_level", "x"), "x", True),
    ],
)
def test_global_options_stand_before_or_behind_the_step(
    words: tuple[str, ...], level: str, debug: bool | None
) -> None:
    options = asked(*words).options
    assert (options["log_level"], options["debug"] or None) == (level, debug)


def test_command_line_wins_over_cfg(folder: Path) -> None:
    Path("a.cfg").write_text("class = example_steps.AddStep\namount = 3\nlabel = cfg\n")
    step = asked("a.cfg", "--amount", "4").configured()
    assert (step.amount, step.label, step.name) == (4.0, "cfg", "a")  # type: ignore[attr-defined]
    assert step.origins == {"amount": "command line", "label": "cfg"}


def test_files_are_counted_from_the_cfg_or_from_here(folder: Path) -> None:
    Path("sub").mkdir()
    for path in ("sub/a.txt", "b.txt"):
        Path(path).write_text("")
    Path("sub/f.cfg").write_text("class = example_steps.FileStep\ntable = a.txt\n")
    assert asked("sub/f.cfg").configured().table == str(folder / "sub/a.txt")  # type: ignore[attr-defined]
    typed = asked("sub/f.cfg", "--table", "b.txt").configured()
    assert typed.table == str(folder / "b.txt")  # type: ignore[attr-defined]
    assert isinstance(typed, FileStep)


def test_parameters_of_steps_of_a_pipeline_have_dots() -> None:
    words = ("--steps.add.amount=4", "--steps.double.skip", "x.fits")
    step = asked("example_steps.TwoStep", *words).configured()
    assert isinstance(step, TwoStep)
    assert (step.add.amount, step.double.skip) == (4.0, True)  # type: ignore[attr-defined]


def test_help_ends_before_the_parameters_of_the_class() -> None:
    class Documented(Step):
        """
        Do it.

        At length.

        Parameters
        ----------
        nothing
        """

    said = CliRunner().invoke(StepCommand("x", Documented, None), ["-h"]).output
    assert "Do it.\n\n  At length.\n" in said
    assert "----" not in said


def test_from_cmdline_runs_and_returns_the_step(ramp: Path) -> None:
    step = Step.from_cmdline(["example_steps.AddStep", str(ramp), "--amount=2", "--suffix=cal"])
    assert isinstance(step, AddStep)
    assert step.amount == 2.0  # type: ignore[attr-defined]
    assert Path("x_cal.fits").exists()


def test_from_cmdline_refuses_options_of_the_command() -> None:
    with pytest.raises(ConfigError, match="jobs: is an option of the command strun"):
        Step.from_cmdline(["example_steps.AddStep", "x.fits", "--jobs=2"])


def test_from_cmdline_saves_nothing_when_told_not_to(ramp: Path) -> None:
    Step.from_cmdline(["example_steps.AddStep", str(ramp), "--save_results=false"])
    assert [path.name for path in ramp.parent.iterdir()] == ["x_uncal.fits"]


def test_from_cmdline_needs_no_input_when_process_needs_none() -> None:
    step = Step.from_cmdline(["example_steps.NeedyStep", "--par1=58", "--par2", "hij klm"])
    assert isinstance(step, NeedyStep)
    assert (step.par1, step.par2) == (58.0, "hij klm")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("words", "error", "text"),
    [
        (["example_steps.AddStep", "--amuont=1"], ConfigError, "No such option '--amuont'"),
        (["example_steps.NeedyStep"], ValidationError, "par1 is missing"),
        (["__foo__"], StepNotFoundError, "__foo__: no alias"),
        ([], ConfigError, "the command line is empty"),
        (["dq_init", "a.fits", "--refs="], ConfigError, "Option '--refs' has an empty value"),
        (
            ["linearity", "a.fits", "--override_linearity", ""],
            ConfigError,
            "'--override_linearity' has an empty value; leave it away or fill it, N/A skips",
        ),
        (["dq_init", "a.fits", "--output_dir="], ConfigError, "'--output_dir' has an empty value"),
        (["--logcfg", "", "dq_init", "a.fits"], ConfigError, "'--logcfg' has an empty value"),
    ],
)
def test_from_cmdline_raises(words: list[str], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        Step.from_cmdline(words)


@pytest.mark.parametrize(
    ("word", "made"),
    [
        ("--steps.add.amount=2", {"steps.add.amount"}),
        ("--steps.double.skip", {"steps.double.skip"}),
        ("--quiet", set()),
    ],
)
def test_only_options_of_steps_that_are_typed_are_made(word: str, made: set[str]) -> None:
    command = StepCommand("x", TwoStep, None)
    command.make_context("x", [word, "x.fits"])
    assert {n for n in _parameters(command) if n.startswith("steps.")} == made


def test_letters_of_an_option_of_a_step_stand_for_it_when_no_other_begins_so() -> None:
    assert asked("example_steps.TwoStep", "--steps.add.amo=2", "x.fits").parameters == {
        "steps.add.amount": "2"
    }


def _parameters(command: StepCommand) -> list[str]:
    options = (option for option in command.params if isinstance(option, ParameterOption))
    return [option.parameter.name for option in options]
