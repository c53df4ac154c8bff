from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from example_steps import AddStep

from jwst.linearity import LinearityStep
from strun.cli.options import global_options, step_options
from strun.cli.spelling import spelled_out
from strun.cli.strun import strun

OPTIONS = [*step_options(LinearityStep.parameters), *global_options()]


@pytest.mark.parametrize(
    ("words", "spelled"),
    [
        ("--skip x.fits", "--skip=true x.fits"),
        ("--skip FALSE x.fits", "--skip=FALSE x.fits"),
        ("--skip", "--skip=true"),
        ("--skip=no x.fits", "--skip=no x.fits"),
        ("--save-results 1 --skip", "--save-results=1 --skip=true"),
        ("--suffix --skip x.fits", "--suffix --skip x.fits"),
        ("--suffix=--skip --skip", "--suffix=--skip --skip=true"),
        ("--log-file --skip", "--log-file --skip"),
        ("-- --skip", "-- --skip"),
        ("x.fits --suffix", "x.fits --suffix"),
    ],
)
def test_bare_boolean_means_true(words: str, spelled: str) -> None:
    options = [*step_options(AddStep.parameters), *global_options()]
    assert spelled_out(words.split(), options) == spelled.split()


@pytest.mark.parametrize(
    ("word", "whole"),
    [
        ("--sk=false", "--skip=false"),
        ("--sk", "--skip=true"),
        ("--overr=m.fits", "--override_linearity=m.fits"),
        ("--override-l m.fits", "--override_linearity m.fits"),
        ("--output-d --sk", "--output_dir --sk"),
        ("--log-l ERROR", "--log-level ERROR"),
        ("--save-p x", "--save-parameters x"),
        ("--dis", "--disable-crds-steppars"),
        ("--deb", "--debug"),
        ("--h", "--help"),
        ("--res", "--resume"),
        ("--dry", "--dry-run"),
        ("--fo", "--force=true"),
    ],
)
def test_first_letters_stand_for_the_option_that_alone_begins_with_them(
    word: str, whole: str
) -> None:
    assert [each.replace("-", "_") for each in spelled_out(word.split(), OPTIONS)] == [
        each.replace("-", "_") for each in whole.split()
    ]


@pytest.mark.parametrize(
    ("word", "whole"),
    [
        ("--ver", "--verbose"),
        ("--su x", "--suffix x"),
        ("--save- x", "--save-parameters x"),
        ("--save_", "--save_results=true"),
    ],
)
def test_first_letters_mean_what_they_mean_in_jwst(word: str, whole: str) -> None:
    assert spelled_out(word.split(), OPTIONS) == whole.split()


@pytest.mark.parametrize(
    ("word", "listed"),
    [
        ("--o", "--output_dir, --output_ext, .*, --output_use_model, ..."),
        ("--log", "--log-file, --log-level, --log-stream, --logcfg"),
        ("--save=1", "--save may be --save-parameters, --save_results"),
        ("--max-", None),
    ],
)
def test_first_letters_of_several_options_are_refused(word: str, listed: str | None) -> None:
    if listed is None:
        assert spelled_out([word], OPTIONS) == ["--max-memory"]
        return
    with pytest.raises(click.UsageError, match=f"Ambiguous option: .*{listed}.*; write more of it"):
        spelled_out([word], OPTIONS)


@pytest.mark.parametrize("word", ["maybe", "0.5", "", "true."])
def test_word_behind_a_boolean_that_is_no_boolean_and_no_file_is_refused(
    folder: Path, word: str
) -> None:
    with pytest.raises(click.UsageError, match=r"'--skip': .* is neither a boolean nor a file"):
        spelled_out(["x.fits", "--skip", word], OPTIONS)


@pytest.mark.parametrize("word", ["maybe", "none.fits", "@list", "--debug", "-"])
def test_word_behind_a_boolean_may_be_an_input(folder: Path, word: str) -> None:
    Path("maybe").touch()
    assert spelled_out(["--skip", word], OPTIONS) == ["--skip=true", word]


@pytest.mark.parametrize("word", ["true", "No", "1"])
def test_boolean_behind_an_option_without_value_is_refused(folder: Path, word: str) -> None:
    says = f"--verify takes no value, but '{word}' stands behind it"
    with pytest.raises(click.UsageError, match=says):
        spelled_out(["x.fits", "--verify", word], OPTIONS)
    Path(word).touch()
    assert spelled_out(["--verify", word], OPTIONS) == ["--verify", word]


def test_options_before_the_step_may_be_short() -> None:
    done = CliRunner().invoke(strun, ["--li"])
    assert (done.exit_code, "jwst.dq_init.DQInitStep" in done.output) == (0, True)


def test_words_behind_the_step_are_not_those_before_it() -> None:
    assert spelled_out(["--ver", "dq_init", "--ver"], strun.params, before_step=True) == [
        "--verbose",
        "dq_init",
        "--ver",
    ]
