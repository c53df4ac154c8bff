"""What a run would do, told beforehand and compared with what it does."""

from __future__ import annotations

from pathlib import Path

import pytest
from factories import make_mask, make_ramp

from jwst.dq_init import DQInitStep
from jwst.linearity import LinearityStep
from strun.errors import InputError, OutputError, ReferenceMismatchError
from strun.steps.planning import plan_run
from strun.steps.running import run_on_file
from strun.steps.step import Step


@pytest.fixture(params=["dq_init", "linearity"])
def step(request: pytest.FixtureRequest, mask: Path, linearity: Path) -> Step:
    """Return a step with its reference."""
    if request.param == "dq_init":
        return DQInitStep(override_mask=str(mask))
    return LinearityStep(override_linearity=str(linearity))


def test_product_has_the_place_and_the_size_of_the_plan(ramp: Path, step: Step) -> None:
    plan = plan_run(step, str(ramp))
    outcome = run_on_file(step, str(ramp))
    assert (plan.product, plan.size) == (outcome.product, Path(plan.product).stat().st_size)


def test_plan_writes_nothing(ramp: Path, step: Step, folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    plan_run(step, str(ramp))
    assert sorted(folder.rglob("*")) == before


def test_plan_makes_no_folder(ramp: Path, mask: Path, folder: Path) -> None:
    plan_run(DQInitStep(override_mask=str(mask), output_dir="out"), str(ramp))
    assert not (folder / "out").exists()


def test_plan_without_reference_is_skipped(ramp: Path) -> None:
    assert plan_run(DQInitStep(override_mask="N/A"), str(ramp)).status == "SKIPPED"


def test_plan_describes_the_exposure(ramp: Path, step: Step) -> None:
    assert plan_run(step, str(ramp)).exposure == "RampModel MIRI MIRIMAGE F1130W, 2 x 5 x 12 x 16"


def test_plan_refuses_what_a_run_would_refuse(folder: Path, linearity: Path) -> None:
    done = make_ramp(folder / "done.fits", S_LINEAR="COMPLETE")
    with pytest.raises(InputError, match="corrected already"):
        plan_run(LinearityStep(override_linearity=str(linearity)), str(done))


def test_plan_refuses_a_reference_that_does_not_fit(ramp: Path, folder: Path) -> None:
    other = make_mask(folder / "other.fits", DETECTOR="MIRIFULONG")
    with pytest.raises(ReferenceMismatchError, match="the reference is for detector MIRIFULONG"):
        plan_run(DQInitStep(override_mask=str(other)), str(ramp))


def test_plan_refuses_a_product_in_the_place_of_its_input(ramp: Path, mask: Path) -> None:
    with pytest.raises(OutputError, match="would overwrite the input"):
        plan_run(DQInitStep(override_mask=str(mask), suffix="uncal"), str(ramp))
