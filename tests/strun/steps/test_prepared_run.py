"""What a run needs, found out once, and compared with what the run does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from factories import make_mask, make_ramp

from jwst.dq_init import DQInitStep
from jwst.linearity import LinearityStep
from strun.errors import InputError, OutputError, ReferenceMismatchError
from strun.steps.prepared_run import PreparedRun, opened_run
from strun.steps.running import run_on_file
from strun.steps.step import Step


@pytest.fixture(params=["dq_init", "linearity"])
def step(request: pytest.FixtureRequest, mask: Path, linearity: Path) -> Step:
    """Return a step with its reference."""
    if request.param == "dq_init":
        return DQInitStep(override_mask=str(mask))
    return LinearityStep(override_linearity=str(linearity))


@contextmanager
def prepared(step: Step, path: Path) -> Iterator[PreparedRun]:
    """Open a file and find out all that a run needs."""
    with opened_run(step, str(path)) as run:
        run.name_product()
        run.prepare()
        yield run


def prepare(step: Step, path: Path) -> None:
    """Prepare a run and leave it."""
    with prepared(step, path):
        pass


def test_product_has_the_place_and_the_size_that_were_prepared(ramp: Path, step: Step) -> None:
    with prepared(step, ramp) as run:
        product, size, _ = run.planned[0]
    outcome = run_on_file(step, str(ramp))
    assert (product, size) == (outcome.product, Path(str(product)).stat().st_size)


def test_preparing_writes_nothing(ramp: Path, step: Step, folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    prepare(step, ramp)
    assert sorted(folder.rglob("*")) == before


def test_preparing_makes_no_folder(ramp: Path, mask: Path, folder: Path) -> None:
    prepare(DQInitStep(override_mask=str(mask), output_dir="out"), ramp)
    assert not (folder / "out").exists()


def test_run_without_reference_is_skipped(ramp: Path) -> None:
    with prepared(DQInitStep(override_mask="N/A"), ramp) as run:
        assert run.status == "SKIPPED"


def test_run_describes_the_exposure(ramp: Path, step: Step) -> None:
    with prepared(step, ramp) as run:
        assert run.exposure == "RampModel MIRI MIRIMAGE F1130W, 2 x 5 x 12 x 16"


def test_preparing_refuses_what_was_done_already(folder: Path, linearity: Path) -> None:
    done = make_ramp(folder / "done.fits", S_LINEAR="COMPLETE")
    with pytest.raises(InputError, match="corrected already"):
        prepare(LinearityStep(override_linearity=str(linearity)), done)


def test_preparing_refuses_a_reference_that_does_not_fit(ramp: Path, folder: Path) -> None:
    other = make_mask(folder / "other.fits", DETECTOR="MIRIFULONG")
    with pytest.raises(ReferenceMismatchError, match="the reference is for detector MIRIFULONG"):
        prepare(DQInitStep(override_mask=str(other)), ramp)


def test_preparing_refuses_a_product_in_the_place_of_its_input(ramp: Path, mask: Path) -> None:
    with pytest.raises(OutputError, match="would overwrite the input"):
        prepare(DQInitStep(override_mask=str(mask), suffix="uncal"), ramp)
