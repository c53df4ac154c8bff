"""A worker process by itself: what it reads, what it writes, how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from batch_helpers import HERE, until
from batch_steps import GateStep

from strun.batch.jobs import DONE, Job, JobResult
from strun.batch.pipes import receive, send
from strun.batch.recipe import Recipe

CODE = "import sys; from strun.batch.worker import main; main(int(sys.argv[1]), int(sys.argv[2]))"


class Worker(NamedTuple):
    """A worker and this end of its pipes."""

    process: subprocess.Popen[bytes]
    jobs: int
    results: int


@pytest.fixture
def worker(folder: Path) -> Iterator[Worker]:
    """Return a worker that has been told what to log."""
    reading, jobs = os.pipe()
    results, writing = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-c", CODE, str(reading), str(writing)],
        pass_fds=(reading, writing),
        env={**os.environ, "PYTHONPATH": str(HERE)},
    )
    os.close(reading)
    os.close(writing)
    send(jobs, (("batch_steps",), 20, False))
    yield Worker(process, jobs, results)
    process.kill()
    process.wait()
    for fd in (jobs, results):
        try:
            os.close(fd)
        except OSError:
            continue


def job(path: Path) -> Job:
    return Job(3, str(path), Recipe.of(GateStep()))


def test_it_says_what_begins_and_what_became_of_it(worker: Worker, three: list[Path]) -> None:
    Path("gate").touch()
    send(worker.jobs, job(three[0]))
    assert receive(worker.results) == 3
    result = receive(worker.results)
    assert isinstance(result, JobResult)
    assert (result.index, result.outcome) == (3, DONE)
    assert any("Saved model in a_half.fits" in text for *_, text in result.log)
    send(worker.jobs, None)
    assert worker.process.wait(30) == 0


def test_it_removes_what_it_was_writing_when_it_is_ended(worker: Worker, three: list[Path]) -> None:
    send(worker.jobs, job(three[0]))
    until(Path("a_half.fits.begun").exists, "the begin")
    worker.process.send_signal(signal.SIGTERM)
    assert worker.process.wait(30) == 143
    assert not Path("a_half.fits").exists()
    assert not list(Path.cwd().glob(".strun*"))


def test_it_does_not_hear_of_ctrl_c(worker: Worker, three: list[Path]) -> None:
    send(worker.jobs, job(three[0]))
    until(Path("a_half.fits.begun").exists, "the begin")
    worker.process.send_signal(signal.SIGINT)
    Path("gate").touch()
    assert receive(worker.results) == 3
    assert receive(worker.results).outcome == DONE


def test_it_goes_when_the_batch_is_gone(worker: Worker, three: list[Path]) -> None:
    send(worker.jobs, job(three[0]))
    until(Path("a_half.fits.begun").exists, "the begin")
    os.close(worker.jobs)
    assert worker.process.wait(30) == 1
    assert not Path("a_half.fits").exists()
