"""A worker process by itself: what it reads, what it writes, how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import NamedTuple

import pytest
from batch_helpers import HERE, until
from batch_steps import GateStep

from strun.batch.jobs import DONE, Job, JobResult
from strun.batch.recipe import Recipe

CODE = "import sys; from strun.batch.worker import main; main(int(sys.argv[1]))"


class Process(NamedTuple):
    """A worker and this end of its connection."""

    process: subprocess.Popen[bytes]
    connection: Connection


@pytest.fixture
def worker(folder: Path) -> Iterator[Process]:
    """Return a worker that has been told what to log."""
    connection, its_end = Pipe()
    process = subprocess.Popen(
        [sys.executable, "-c", CODE, str(its_end.fileno())],
        pass_fds=(its_end.fileno(),),
        env={**os.environ, "PYTHONPATH": str(HERE)},
    )
    its_end.close()
    connection.send((("batch_steps",), 20, False))
    yield Process(process, connection)
    process.kill()
    process.wait()
    connection.close()


def job(path: Path) -> Job:
    return Job(3, str(path), Recipe.of(GateStep()))


def test_it_says_what_begins_and_what_became_of_it(worker: Process, three: list[Path]) -> None:
    Path("gate").touch()
    worker.connection.send(job(three[0]))
    assert worker.connection.recv() == 3
    result = worker.connection.recv()
    assert isinstance(result, JobResult)
    assert (result.index, result.outcome) == (3, DONE)
    assert any("Saved model in a_half.fits" in text for *_, text in result.log)


def test_it_removes_what_it_was_writing_when_ended(worker: Process, three: list[Path]) -> None:
    worker.connection.send(job(three[0]))
    until(Path("a_half.fits.begun").exists, "the begin")
    worker.process.send_signal(signal.SIGTERM)
    assert worker.process.wait(30) == 143
    assert not Path("a_half.fits").exists()
    assert not list(Path.cwd().glob(".strun*"))


def test_it_does_not_hear_of_ctrl_c(worker: Process, three: list[Path]) -> None:
    worker.connection.send(job(three[0]))
    until(Path("a_half.fits.begun").exists, "the begin")
    worker.process.send_signal(signal.SIGINT)
    Path("gate").touch()
    assert worker.connection.recv() == 3
    assert worker.connection.recv().outcome == DONE


def test_it_goes_when_the_batch_is_gone(worker: Process, three: list[Path]) -> None:
    worker.connection.send(job(three[0]))
    until(Path("a_half.fits.begun").exists, "the begin")
    worker.connection.close()
    assert worker.process.wait(30) == 1
    assert not Path("a_half.fits").exists()
