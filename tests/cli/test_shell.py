from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SLOW = """
import time
from pathlib import Path
from jwst.blockio.atomic import publish
from jwst.stpipe import Step

class SlowStep(Step):
    def process(self, init):
        try:
            with publish("half.fits"):
                Path("begun").write_text("")
                time.sleep(30)
        finally:
            Path("cleaned").write_text("")

class FailingStep(Step):
    def process(self, init):
        raise KeyError("key\\nof two lines")
"""
STRUN = Path(sys.executable).with_name("strun")


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_signal_ends_the_command_after_cleaning_up(
    ramp: Path, number: signal.Signals, code: int
) -> None:
    Path("slow.py").write_text(SLOW)
    with subprocess.Popen([STRUN, "slow.SlowStep", ramp], stderr=subprocess.PIPE) as process:
        deadline = time.monotonic() + 30
        while not Path("begun").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(number)
        _, said = process.communicate(timeout=30)
    assert process.returncode == code
    assert b"Traceback" not in said
    assert Path("cleaned").exists()
    left = {path.name for path in ramp.parent.iterdir()} - {"__pycache__"}
    assert left == {"slow.py", "begun", "cleaned", "x_uncal.fits"}


def test_error_of_a_step_is_one_line_and_debug_shows_where(ramp: Path) -> None:
    Path("slow.py").write_text(SLOW)
    words = [STRUN, "slow.FailingStep", str(ramp), "--log-stream=null"]
    short = subprocess.run(words, capture_output=True, text=True, check=False)
    assert short.returncode == 1
    assert short.stderr.startswith("strun: error: KeyError: ")
    assert short.stderr.count("\n") == 1
    long = subprocess.run([*words, "--debug"], capture_output=True, text=True, check=False)
    assert long.returncode == 1
    assert "Traceback" in long.stderr


@pytest.mark.parametrize("words", [["--list"], ["dq_init", "-h"]])
def test_reader_that_goes_away_is_no_error(words: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([STRUN, *words], stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert done.stderr == b""
    assert done.returncode in (0, 1)


def test_no_words_show_the_help() -> None:
    done = subprocess.run([STRUN], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "STEP [OPTIONS] INPUT..." in done.stderr
