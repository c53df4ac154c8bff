from __future__ import annotations

import os
from pathlib import Path

import pytest
from batch_steps import OldStep

from strun.batch.executors import Serial, worker_count
from strun.batch.jobs import DONE, FAILED, Job, JobResult, Started
from strun.batch.recipe import Recipe
from strun.errors import ValidationError


def test_jobs_are_done_one_after_the_other(three: list[Path]) -> None:
    recipe = Recipe.of(OldStep())
    paths = [str(three[0]), "none.fits", str(three[2])]
    events = list(Serial().run([Job(n, path, recipe) for n, path in enumerate(paths)]))
    assert [type(event) for event in events] == [Started, JobResult] * 3
    assert [event.index for event in events] == [0, 0, 1, 1, 2, 2]
    results = [event for event in events if isinstance(event, JobResult)]
    assert [result.outcome for result in results] == [DONE, FAILED, DONE]
    assert {event.worker for event in events} == {f"{os.uname().nodename}:{os.getpid()}"}


def test_nothing_runs_before_it_is_asked_for(three: list[Path]) -> None:
    events = Serial().run([Job(0, str(three[0]), Recipe.of(OldStep()))])
    next(events)
    assert not Path("a_half.fits").exists()
    next(events)
    assert Path("a_half.fits").exists()


@pytest.mark.parametrize(
    ("jobs", "count"), [(1, 1), ("4", 4), (" 08 ", 8), ("auto", 0), ("AUTO", 0), ("999999", 999999)]
)
def test_numbers_of_workers_are_read(jobs: int | str, count: int) -> None:
    assert worker_count(jobs) == count


@pytest.mark.parametrize(
    "jobs",
    [0, -1, True, 1.5, "", "0", "-1", "1.5", "+2", "1_0", "²", "٣", "many", "9" * 7, "9" * 5000],
)
def test_other_numbers_of_workers_are_refused(jobs: int | str) -> None:
    with pytest.raises(ValidationError, match=r"expected 1, 2 \.\.\. or auto"):
        worker_count(jobs)
