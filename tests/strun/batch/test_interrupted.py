"""Ctrl-C, SIGTERM and kill -9 of a whole batch: what is left, what is said, what goes on."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from astropy.io import fits
from batch_helpers import STRUN, alive, until
from factories import make_linearity, make_ramp
from in_process import LIMIT

JOURNAL = "strun-journal.jsonl"


@pytest.fixture
def batch(three: list[Path], with_steps: None) -> Iterator[list[str]]:
    """Return the words of a batch whose exposures b and c wait at a gate."""
    yield [str(STRUN), "batch_steps.GateStep", *map(str, three[1:]), "--output_dir=out"]
    # workers that a failed test may leave
    Path("gate").touch()


def start(words: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def workers_of(*names: str) -> list[int]:
    """Return the processes that work on some exposures."""
    marks = [Path(f"{name}.begun") for name in names]
    until(lambda: all(m.exists() and m.stat().st_size for m in marks), f"the begin of {names}")
    return [int(mark.read_text().split()[-1]) for mark in marks]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "term"])
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_signal_ends_workers_and_prints_the_summary(
    batch: list[str], number: signal.Signals, jobs: int
) -> None:
    running = start([*batch, f"-j{jobs}", "--summary=s.json"])
    begun = ["b_half.fits", "c_half.fits"][:jobs]
    pids = workers_of(*begun)
    # a terminal sends Ctrl-C to all processes
    os.killpg(running.pid, number) if number == signal.SIGINT else running.send_signal(number)
    said, errors = running.communicate(timeout=LIMIT)
    assert running.returncode == {signal.SIGINT: 130, signal.SIGTERM: 143}[number]
    assert "2 exposures: 2 not run" in said
    assert "interrupted" in said
    assert "Traceback" not in errors
    assert not any(map(alive, pids))
    assert os.listdir("out") == [JOURNAL]
    assert json.loads(Path("s.json").read_text())["interrupted"] is True


def test_an_interrupted_batch_is_not_told_as_dead(batch: list[str]) -> None:
    running = start(batch)
    workers_of("b_half.fits")
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=LIMIT)
    Path("gate").touch()
    done = subprocess.run(batch, capture_output=True, text=True, check=True)
    assert "did not end" not in done.stderr


def test_workers_end_when_their_batch_is_killed(batch: list[str]) -> None:
    running = start([*batch, "-j2"])
    pids = workers_of("b_half.fits", "c_half.fits")
    running.kill()
    running.communicate(timeout=LIMIT)
    until(lambda: not any(map(alive, pids)), "the end of the workers")
    assert os.listdir("out") == [JOURNAL]


def test_the_next_call_says_what_was_running(batch: list[str]) -> None:
    running = start([*batch, "-j2"])
    workers_of("b_half.fits", "c_half.fits")
    lines = Path("out", JOURNAL)
    until(lambda: lines.read_text().count('"start"') == 2, "the journal of both")
    os.killpg(running.pid, signal.SIGKILL)
    running.communicate(timeout=LIMIT)
    Path("gate").touch()
    done = subprocess.run(batch, capture_output=True, text=True, check=True)
    (told,) = [line for line in done.stderr.splitlines() if "did not end" in line]
    assert "b_uncal.fits" in told
    assert "c_uncal.fits" in told
    assert "0 of 2 were done" in told


def contents(folder: Path) -> dict[str, list[tuple[str, bytes]]]:
    """Return headers but for dates, and bytes, of all products of a folder."""
    found = {}
    for path in sorted(folder.glob("*.fits")):
        with fits.open(path) as hdus:
            for hdu in hdus:
                hdu.header.remove("DATE", ignore_missing=True)
            data = [b"" if hdu.data is None else hdu.data.tobytes() for hdu in hdus]
            found[path.name] = [
                (hdu.header.tostring(), d) for hdu, d in zip(hdus, data, strict=True)
            ]
    return found


def test_kill_9_between_any_two_products_and_resume_give_the_same_bits(folder: Path) -> None:
    for number in range(8):
        make_ramp(folder / f"e{number}_uncal.fits", shape=(2, 6, 128, 128))
    make_linearity(folder / "linearity.fits", size=(256, 256))
    words = [str(STRUN), "linearity", str(folder), "--glob=*_uncal.fits", "-j2"]
    words += ["--override_linearity=linearity.fits"]
    subprocess.run([*words, "--output_dir=whole"], check=True, capture_output=True)
    whole = contents(folder / "whole")
    assert len(whole) == 8
    for number in range(0, 8, 2):
        out = f"killed{number}"
        running = start([*words, f"--output_dir={out}"])
        while running.poll() is None and len(list(folder.glob(f"{out}/*.fits"))) < number:
            continue
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        running.communicate(timeout=LIMIT)
        resumed = subprocess.run(
            [*words, f"--output_dir={out}", "--resume"], check=True, capture_output=True, text=True
        )
        assert "8 exposures" in resumed.stdout
        assert contents(folder / out) == whole
        assert set(os.listdir(out)) == {*whole, JOURNAL}
