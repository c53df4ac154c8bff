"""Steps of pipelines that only jwst has."""

from __future__ import annotations

from pathlib import Path

import pytest
from factories import make_ramp

from jwst.pipeline import DarkPipeline
from strun.errors import InputError
from strun.steps.prepared_run import opened_run
from strun.steps.running import run_on_file

MESSAGE = r"emicorr is switched on \(skip = false, .*\), and strun has not this step; give steps"


def pipeline(**emicorr: object) -> DarkPipeline:
    """Return a pipeline of which all other steps are skipped."""
    steps: dict[str, dict[str, object]] = {
        name: {"skip": True} for name in DarkPipeline.step_defs if name != "emicorr"
    }
    return DarkPipeline(steps=steps | {"emicorr": emicorr})


@pytest.fixture
def miri(folder: Path) -> str:
    """Return the path of an exposure of MIRI."""
    return str(make_ramp(folder / "x_uncal.fits", INSTRUME="MIRI", DETECTOR="MIRIMAGE"))


def test_step_that_is_missing_is_left_out_by_default(miri: str) -> None:
    assert run_on_file(pipeline(), miri).product is not None


def test_step_that_is_missing_is_refused_before_anything_is_written(
    miri: str, folder: Path
) -> None:
    before = sorted(folder.iterdir())
    with pytest.raises(InputError, match=MESSAGE):
        run_on_file(pipeline(skip=False), miri)
    assert sorted(folder.iterdir()) == before


def test_step_that_is_missing_is_refused_in_memory(miri: str) -> None:
    with pytest.raises(InputError, match=MESSAGE):
        pipeline(skip=False).run(miri)


def test_step_that_is_missing_is_told_in_the_preflight(miri: str) -> None:
    with opened_run(pipeline(skip=False), miri) as run, pytest.raises(InputError, match=MESSAGE):
        run.examine()
