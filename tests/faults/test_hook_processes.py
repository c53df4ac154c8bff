"""Hooks that are interrupted, that interrupt, and that go elsewhere."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from factories import make_ramp
from in_process import LIMIT
from processes import run, runs

STRUN = Path(sys.executable).with_name("strun")
HOOKS = """
import os

def interrupt(*args):
    raise KeyboardInterrupt

def leave(*args):
    os.chdir("/")
"""
LONG = "sleep 100 >/dev/null 2>&1 & echo $! > pids; echo $$ >> pids; touch begun; sleep 100"


@pytest.fixture
def words(folder: Path, mask: Path) -> list[str]:
    """Return the words of a batch of two exposures."""
    Path("myhooks.py").write_text(HOOKS)
    inputs = [make_ramp(folder / f"{name}_uncal.fits").name for name in "ab"]
    return [str(STRUN), "dq_init", *inputs, "--override_mask=mask.fits"]


def wait_for(path: str) -> None:
    deadline = time.monotonic() + LIMIT
    while not Path(path).exists() and time.monotonic() < deadline:
        time.sleep(0.01)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("more", [["one"], [], ["-j2"]], ids=["one", "serial", "workers"])
def test_no_process_of_a_hook_outlives_an_interruption(
    words: list[str], more: list[str], number: signal.Signals
) -> None:
    if more == ["one"]:
        words, more = [*words[:3], words[-1]], []
    before = set(os.listdir())
    command = [*words, *more, f"--pre_hooks={LONG}", "--log-stream=null"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        wait_for("begun")
        process.send_signal(number)
        _, said = process.communicate(timeout=LIMIT)
    assert process.returncode == 128 + number
    assert [line for line in said.decode().splitlines() if "error" in line] == [
        f"strun: error: {'interrupted' if number == signal.SIGINT else 'terminated'}"
    ]
    pids = [int(word) for word in Path("pids").read_text().split()]
    deadline = time.monotonic() + LIMIT
    while any(map(runs, pids)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not any(map(runs, pids))
    assert set(os.listdir()) - before == {"pids", "begun"} | (
        {"strun-journal.jsonl"} if len(words) > 4 else set()
    )


def test_interruption_by_a_hook_in_a_worker_fails_its_exposure(words: list[str]) -> None:
    done = run([*words, "-j2", "--pre_hooks=myhooks.interrupt"])
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.count("error: ") == 2
    assert "strun: error: a_uncal.fits: KeyboardInterrupt" in done.stderr


@pytest.mark.parametrize("more", [[], ["-j2"]], ids=["serial", "workers"])
@pytest.mark.parametrize("kind", ["pre", "post"])
def test_hook_that_changes_the_folder_changes_nothing_else(
    words: list[str], kind: str, more: list[str]
) -> None:
    done = run([*words, *more, "--output_dir=out", f"--{kind}_hooks=myhooks.leave"])
    assert done.returncode == 0, done.stderr
    names = {path.name for path in Path("out").glob("*.fits")}
    assert names == {"a_dq_init.fits", "b_dq_init.fits"}
    assert not list(Path("/out").glob("*"))
