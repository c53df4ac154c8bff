from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from example_steps import AddStep, DoubleStep

from jwst.dq_init import DQInitStep
from jwst.stpipe import Step
from strun.class_path import class_path
from strun.errors import ConfigError, StepNotFoundError
from strun.steps import registry


@pytest.mark.parametrize("word", ["dq_init", "jwst::dq_init", "jwst.dq_init.DQInitStep"])
def test_find_takes_alias_and_class_path(word: str) -> None:
    assert registry.find(word) == (DQInitStep, None)


def test_find_takes_cfg_file(folder: Path) -> None:
    Path("a.cfg").write_text("class = example_steps.AddStep\namount = 3\n")
    step, said = registry.find("a.cfg")
    assert step is AddStep
    assert said is not None
    assert said.parameters == {"amount": "3"}


def test_find_takes_cfg_file_of_any_name(folder: Path) -> None:
    Path("parameters").write_text("name = dq_init\n")
    assert registry.find("parameters")[0] is DQInitStep


def test_find_prefers_an_alias_to_a_file_of_that_name(folder: Path) -> None:
    Path("dq_init").write_text("something else")
    assert registry.find("dq_init") == (DQInitStep, None)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("dq_int", "no alias, class path or cfg file of a step; did you mean dq_init"),
        ("x", "`strun --list` names the steps"),
        ("jwst.dq_init.DQInit", "did you mean jwst.dq_init.DQInitStep"),
        ("jwst.dqinit.DQInitStep", "there is no module jwst.dqinit; did you mean"),
        ("example_steps.AdStep", "did you mean example_steps.AddStep"),
        ("sys.argv", "is no step; expected a class"),
        ("os.PathLike", "is no step; expected a class"),
        ("../x.fits", "no alias, class path or cfg file"),
        ("a..b", "no alias, class path or cfg file"),
    ],
)
def test_find_says_what_is_wrong_with_a_name(folder: Path, word: str, text: str) -> None:
    with pytest.raises(StepNotFoundError, match=f"{word}.*{text}"):
        registry.find(word)


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("tweakreg", "TweakRegStep"),
        ("jwst::tweakreg", "TweakRegStep"),
        ("TweakRegStep", "TweakRegStep"),
        ("jwst.tweakreg.TweakRegStep", "TweakRegStep"),
        ("jwst.tweakreg.tweakreg_step.TweakRegStep", "TweakRegStep"),
        ("jwst.step.TweakRegStep", "TweakRegStep"),
        ("jwst.linearity.TweakRegStep", "TweakRegStep"),
        ("calwebb_image2", "Image2Pipeline"),
        ("calwebb_wfs-image3", "WfsCombineStep"),
        ("jwst.pipeline.Image2Pipeline", "Image2Pipeline"),
        ("jwst.pipeline.calwebb_image2.Image2Pipeline", "Image2Pipeline"),
        ("jwst.engdblog.EngDBLogStep", "EngDBLogStep"),
    ],
)
def test_find_says_so_when_only_jwst_has_the_step(word: str, name: str) -> None:
    says = f"^{word}: jwst 3.0.0 has {name}, strun has not yet: run it there$"
    with pytest.raises(StepNotFoundError, match=says):
        registry.find(word)


@pytest.mark.parametrize("alias", registry.ALIASES)
def test_nobody_is_sent_to_jwst_when_strun_has_the_step(alias: str) -> None:
    name = registry.ALIASES[alias].rpartition(".")[2]
    with pytest.raises(StepNotFoundError, match=r"no module jwst\.nowhere; did you mean"):
        registry.find(f"jwst.nowhere.{name}")


def test_find_does_not_take_a_step_of_the_users_for_one_of_jwst() -> None:
    with pytest.raises(StepNotFoundError, match="there is no module mypkg"):
        registry.find("mypkg.TweakRegStep")


def test_cfg_of_a_step_that_only_jwst_has_says_so(folder: Path) -> None:
    Path("j.cfg").write_text("class = jwst.step.ResampleStep\n")
    with pytest.raises(
        StepNotFoundError, match=r"j\.cfg: jwst\.step\.ResampleStep: jwst .* has ResampleStep"
    ):
        registry.find("j.cfg")


def test_find_says_so_when_the_exposure_comes_first(ramp: Path) -> None:
    with pytest.raises(ConfigError, match=r"x_uncal\.fits: not a cfg file but data; the step"):
        registry.find(str(ramp))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("import nothing_like_this", "its module needs nothing_like_this"),
        ("1 / 0", "importing {} failed: ZeroDivisionError"),
        ("def", "importing {} failed: SyntaxError"),
    ],
)
def test_find_says_so_when_a_module_cannot_be_imported(
    folder: Path, source: str, text: str, request: pytest.FixtureRequest
) -> None:
    name = f"broken_{abs(hash(source))}"
    Path(f"{name}.py").write_text(source)
    with pytest.raises(StepNotFoundError, match=text.format(name)):
        registry.find(f"{name}.MyStep")


def test_cfg_that_names_no_step_is_refused(folder: Path) -> None:
    Path("a.cfg").write_text("amount = 3\n")
    with pytest.raises(StepNotFoundError, match=r"a\.cfg: names no step; add a line like class"):
        registry.find("a.cfg")


def test_cfg_of_another_kind_is_refused(folder: Path) -> None:
    Path("a.cfg").write_text("class = example_steps.AddStep\n")
    with pytest.raises(StepNotFoundError, match=r"names example_steps\.AddStep, expected a Double"):
        DoubleStep.from_config_file("a.cfg")
    assert isinstance(Step.from_config_file("a.cfg"), AddStep)


def test_module_of_a_step_may_lie_beside_its_cfg(folder: Path) -> None:
    Path("sub").mkdir()
    Path("sub/beside_cfg.py").write_text(
        "from jwst.stpipe import Step\nclass MyStep(Step):\n    pass\n"
    )
    Path("sub/m.cfg").write_text("class = beside_cfg.MyStep\n")
    assert registry.find("sub/m.cfg")[0].__name__ == "MyStep"


def test_file_in_the_current_folder_hides_no_module(folder: Path) -> None:
    Path("fractions.py").write_text("raise SystemExit('hidden')")
    code = "from strun.steps import registry; registry.find_class('dq_init'); import fractions"
    subprocess.run([sys.executable, "-P", "-c", code], check=True)


def test_class_path_is_the_public_one() -> None:
    assert class_path(DQInitStep) == "jwst.dq_init.DQInitStep"
    assert class_path(AddStep) == "example_steps.AddStep"
