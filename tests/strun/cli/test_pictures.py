from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from factories import make_ramp

from jwst.dq_init import DQInitStep
from strun.cli.quicklook import own_steps
from strun.cli.shell import run_command
from strun.cli.strun import strun
from strun.steps.pipeline import Pipeline
from strun.steps.step import Step

pytest.importorskip("matplotlib")


@pytest.fixture
def run(
    folder: Path,
    mask: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> list[str]:
    """Let matplotlib fail for one of three exposures; return the words of their batch."""
    from strun import quicklook

    def draw(product: str, before: str | None = None, **known: object) -> object:
        if "b_" in product:
            raise ValueError("no room\nfor colours")
        return drawn(product, before, **known)

    drawn = quicklook.draw
    monkeypatch.setattr(quicklook, "draw", draw)
    words = [make_ramp(folder / f"{name}_uncal.fits").name for name in "abc"]
    return ["strun", "dq_init", *words, "--override_mask=mask.fits", "--quicklook"]


LINE = (
    "strun: error: b_dq_init.png: the picture cannot be drawn: ValueError: no room for colours; "
    "the product is there"
)


def test_picture_that_fails_costs_a_batch_nothing_else(
    run: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", [*run, "--summary=s.json"])
    assert run_command(strun, "strun") == 1
    said = capsys.readouterr()
    assert [line for line in said.err.splitlines() if "error" in line] == [LINE]
    assert "3 exposures: 3 done, 1 without a picture; " in said.out
    names = {path.name for path in Path().iterdir()}
    assert {f"{name}_dq_init.fits" for name in "abc"} <= names
    assert {name for name in names if name.endswith("png")} == {"a_dq_init.png", "c_dq_init.png"}
    summary = json.loads(Path("s.json").read_text())
    assert summary["exit_code"] == 1
    assert [row["outcome"] for row in summary["exposures"]] == ["done"] * 3
    assert "no room for colours" in " ".join(summary["exposures"][1]["picture_error"].split())


def test_picture_that_fails_is_one_line_and_the_product_stays(
    run: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", [*run[:2], run[3], *run[5:], "--log-stream=null"])
    assert run_command(strun, "strun") == 1
    assert capsys.readouterr().err.splitlines() == [LINE]
    assert Path("b_dq_init.fits").exists()


def test_steps_of_ones_own_are_those_that_a_product_does_not_name() -> None:
    class Mine(Step):
        pass

    class MyPipeline(Pipeline):
        step_defs = {"dq_init": DQInitStep, "mine": Mine}

    assert own_steps(DQInitStep) == []
    assert own_steps(Mine) == [Mine]
    assert own_steps(MyPipeline) == [Mine]
