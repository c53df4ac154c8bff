"""Workers that are processes: what becomes of their jobs when they die or are ended."""

from __future__ import annotations

import errno
import os
import subprocess
from pathlib import Path

import pytest
from astropy.io import fits
from batch_helpers import STRUN, alive, until
from batch_steps import DyingStep, GateStep, OldStep
from factories import make_ramp

import jwst.batch
from strun.batch.jobs import Job, JobResult, Started
from strun.batch.processes import Processes
from strun.batch.recipe import Recipe
from strun.errors import StepError


def test_a_worker_that_dies_once_costs_nothing(three: list[Path]) -> None:
    report = jwst.batch.run(DyingStep(times=1), three, jobs=2)
    assert [row.outcome for row in report.results] == ["done"] * 3


def test_a_worker_that_dies_again_is_one_failure(three: list[Path]) -> None:
    report = jwst.batch.run(DyingStep(times=9), three, jobs=2)
    assert [row.outcome for row in report.results] == ["done", "failed", "done"]
    assert "its worker process died 2 times (SIGKILL)" in report.results[1].error
    assert Path("deaths").stat().st_size == 2


def test_workers_do_what_comes_after_a_death(folder: Path) -> None:
    paths = [make_ramp(folder / f"{name}_uncal.fits") for name in "abcdefghijklmnop"]
    report = jwst.batch.run(DyingStep(times=2), paths, jobs=2)
    assert [row.outcome for row in report.results].count("done") == len(paths) - 1


def test_old_style_steps_run_by_workers_too(three: list[Path]) -> None:
    jwst.batch.run(OldStep, three, jobs=2)
    assert (fits.getdata("b_half.fits") == fits.getdata("b_uncal.fits") / 2).all()


def jobs_of(paths: list[Path]) -> list[Job]:
    recipe = Recipe.of(GateStep())
    return [Job(index, str(path), recipe) for index, path in enumerate(paths)]


def test_workers_are_no_more_than_jobs(three: list[Path]) -> None:
    Path("gate").touch()
    events = list(Processes(8).run(jobs_of(three)))
    results = [event for event in events if isinstance(event, JobResult)]
    assert sorted(event.index for event in results) == [0, 1, 2]
    assert 1 <= len({event.worker for event in results}) <= 3


def test_no_jobs_need_no_worker() -> None:
    assert list(Processes(2).run([])) == []


@pytest.mark.parametrize("count", [1, 2])
def test_workers_end_when_nobody_listens_any_more(three: list[Path], count: int) -> None:
    events = Processes(count).run(jobs_of(three))
    begun = [next(events) for _ in range(count)]
    pids = [int(event.worker.rpartition(":")[2]) for event in begun if isinstance(event, Started)]
    assert len(pids) == count
    assert all(map(alive, pids))
    events.close()
    until(lambda: not any(map(alive, pids)), "the end of the workers")
    assert not list(Path.cwd().glob("*_half.fits"))


@pytest.mark.parametrize("limit", [24, 30])
def test_workers_are_no_more_than_files_that_may_be_open(
    folder: Path, mask: Path, limit: int
) -> None:
    paths = [make_ramp(folder / f"{number}_uncal.fits").name for number in range(12)]
    words = ("dq_init", *paths, "--override_mask", mask, "--jobs", "40", "--resume")
    done = subprocess.run(
        ["bash", "-c", f'ulimit -n {limit}; exec "$@"', "-", STRUN, *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, len(list(folder.glob("*_dq_init.fits")))) == (0, 12), done.stderr
    said = f"of 12 workers run: no more than {limit} files may be open at a time (ulimit -n)"
    assert done.stderr.count(said) == 1


def test_workers_that_cannot_begin_are_done_without(
    three: list[Path], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    Path("gate").touch()
    real, begun = subprocess.Popen, []

    def begin(*args: object, **options: object) -> object:
        if begun:
            raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
        begun.append(1)
        return real(*args, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "Popen", begin)
    before = len(os.listdir("/proc/self/fd"))
    events = list(Processes(3).run(jobs_of(three)))
    assert sum(isinstance(event, JobResult) for event in events) == 3
    assert caplog.text.count("1 of 3 workers run: Resource temporarily unavailable") == 1
    assert len(os.listdir("/proc/self/fd")) == before


def test_no_worker_that_can_begin_is_an_error(
    three: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def begin(*_: object, **__: object) -> object:
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    monkeypatch.setattr(subprocess, "Popen", begin)
    with pytest.raises(StepError, match="no worker process can be started: Cannot allocate memory"):
        list(Processes(3).run(jobs_of(three)))
