from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from in_process import LIMIT

from strun.cli.shell import run_command
from strun.cli.signals import ENDINGS

SLOW = """
import os
import signal
import time
from pathlib import Path
from strun.blockio.together import publish
from jwst.stpipe import Step

class SlowStep(Step):
    def process(self, init):
        try:
            with publish("half.fits"):
                Path("begun").write_text("")
                time.sleep(30)
        finally:
            Path("cleaned").write_text("")

class SignalledStep(Step):
    def process(self, init):
        try:
            os.kill(os.getpid(), signal.SIGHUP)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)
            Path("cleaned").write_text("")

class HungUpStep(Step):
    def process(self, init):
        os.kill(os.getpid(), signal.SIGHUP)
        Path("done").write_text("")

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
    words = [STRUN, "slow.SlowStep", ramp, "--log-stream=null"]
    with subprocess.Popen(words, stderr=subprocess.PIPE) as process:
        deadline = time.monotonic() + LIMIT
        while not Path("begun").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(number)
        _, said = process.communicate(timeout=LIMIT)
    assert process.returncode == code
    (line,) = said.decode().splitlines()
    assert line.startswith("strun: error: ")
    assert Path("cleaned").exists()
    left = {path.name for path in ramp.parent.iterdir()} - {"__pycache__"}
    assert left == {"slow.py", "begun", "cleaned", "x_uncal.fits"}


def test_a_second_signal_does_not_disturb_the_cleaning_up(ramp: Path) -> None:
    Path("slow.py").write_text(SLOW)
    words = [STRUN, "slow.SignalledStep", ramp, "--log-stream=null"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 129
    assert done.stderr == "strun: error: the terminal was closed\n"
    assert Path("cleaned").exists()


def test_a_signal_that_is_ignored_stays_so(ramp: Path) -> None:
    Path("slow.py").write_text(SLOW)
    words = ["nohup", STRUN, "slow.HungUpStep", ramp]
    done = subprocess.run(words, capture_output=True, stdin=subprocess.DEVNULL, check=False)
    assert done.returncode == 0
    assert Path("done").exists()


def test_handlers_are_as_before_when_a_command_has_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = [signal.getsignal(number) for number in ENDINGS]
    monkeypatch.setattr(sys, "argv", ["nothing"])
    assert run_command(click.Command("nothing", callback=lambda: None), "nothing") == 0
    assert [signal.getsignal(number) for number in ENDINGS] == before


@pytest.mark.parametrize("command", ["strun", "quicklook", "collect_pipeline_cfgs"])
def test_signal_while_a_command_loads_is_said_in_a_line(command: str, folder: Path) -> None:
    # the first thing that loading a command needs is a module that ends it
    Path("click.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
    code = f"from strun.cli.start import {command}; {command}()"
    words = [sys.executable, "-c", code, "-h"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 130
    assert done.stderr == f"{command}: error: interrupted\n"


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
