"""What a batch says on a terminal, in a log file, and when it is to be quiet."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from factories import make_ramp
from processes import run

STRUN = Path(sys.executable).with_name("strun")
WARNING_STEP = """
import logging

from jwst.dq_init import DQInitStep

class WarningStep(DQInitStep):
    def process(self, init):
        logging.getLogger("jwst.mine").warning("%s looks odd", init)
        return super().process(init)
"""


@pytest.fixture
def words(folder: Path, mask: Path) -> list[str]:
    """Return the words of a batch of three exposures whose step warns of each."""
    Path("mine.py").write_text(WARNING_STEP)
    inputs = [str(make_ramp(folder / f"{name}_uncal.fits").name) for name in "abc"]
    return [str(STRUN), "mine.WarningStep", *inputs, "--override_mask=mask.fits"]


def on_terminal(words: list[str]) -> tuple[int, list[str]]:
    """Run a command on a terminal; return its exit code and the lines that stay on it."""
    controller, terminal = pty.openpty()
    with subprocess.Popen(words, stdin=terminal, stdout=terminal, stderr=terminal) as process:
        os.close(terminal)
        said = b""
        try:
            while piece := os.read(controller, 1 << 16):
                said += piece
        except OSError:
            # Linux's word for the end of a terminal
            os.close(controller)
    text = said.decode().replace("\r\n", "\n")
    return process.returncode, [re.split(r"\r\x1b\[K|\r", line)[-1] for line in text.split("\n")]


@pytest.mark.parametrize("more", [[], ["-j2"]], ids=["serial", "workers"])
def test_warnings_that_repeat_are_told_once_above_the_bar(
    words: list[str], more: list[str]
) -> None:
    code, lines = on_terminal([*words, *more])
    assert code == 0
    (odd,) = [line for line in lines if "WARNING" in line]
    assert re.fullmatch(r"[\d :,-]+ - jwst.mine - WARNING - ._uncal.fits looks odd", odd)
    (count,) = [line for line in lines if "more warnings" in line]
    assert re.fullmatch(r"2 more warnings like: ._uncal.fits looks odd", count)
    assert sum("3/3" in line for line in lines) == 1
    assert lines.index(count) > next(n for n, line in enumerate(lines) if "3/3" in line)


def test_log_file_of_a_batch_has_all_and_the_terminal_a_bar(words: list[str]) -> None:
    code, lines = on_terminal([*words, "none.fits", "--log-file=run.log"])
    assert code == 1
    assert not any(" - INFO - " in line for line in lines)
    assert sum("4/4" in line for line in lines) == 1
    log = Path("run.log").read_text()
    assert log.count("looks odd") == 4
    assert len(re.findall(r"INFO - \[\d/4\] ._uncal.fits -> ._dq_init.fits, complete", log)) == 3
    assert "ERROR - none.fits: no such file" in log


def test_error_of_a_run_is_in_the_log_file(words: list[str]) -> None:
    done = run([*words[:2], "none.fits", "--log-file=run.log", "--quiet"])
    assert done.stderr.startswith("strun: error: none.fits: no such file")
    assert "ERROR - none.fits: no such file" in Path("run.log").read_text()


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("more", [[], ["--log-level=DEBUG"], ["--verbose"]])
def test_quiet_is_for_the_terminal_and_the_log_file_is_full(
    words: list[str], count: int, more: list[str]
) -> None:
    words = [*words[:2], *words[2 : 2 + count], words[-1]]
    done = run([*words, "--quiet", "--log-file=run.log", *more])
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    log = Path("run.log").read_text()
    assert log.count("looks odd") == count
    assert log.count("Using MASK reference file") == count
    assert (" - DEBUG - " in log) == bool(more)


def test_quiet_is_stronger_than_a_configuration_of_the_log(words: list[str]) -> None:
    Path("log.cfg").write_text("[*]\nhandler = append:x.log, stderr\nlevel = INFO\n")
    done = run([*words[:3], words[-1], "--quiet", "--logcfg=log.cfg"])
    assert (done.stdout, done.stderr) == ("", "")
    assert "Using MASK reference file" in Path("x.log").read_text()


@pytest.mark.parametrize("more", [[], ["-j2"]], ids=["serial", "workers"])
def test_log_file_on_a_full_disk_is_one_line_and_all_is_done(
    words: list[str], more: list[str]
) -> None:
    done = run([*words, "--log-file=/dev/full", "--quiet", *more])
    assert done.returncode == 0
    assert done.stderr == (
        "strun: warning: /dev/full: the log cannot be written: No space left on device; "
        "the run goes on\n"
    )
    assert len(list(Path().glob("*_dq_init.fits"))) == 3


@pytest.mark.parametrize("more", [[], ["-j2"]], ids=["serial", "workers"])
def test_log_says_version_and_parameters_once_and_each_end(
    words: list[str], more: list[str]
) -> None:
    run([*words, "--log-file=run.log", *more])
    log = Path("run.log").read_text()
    (line,) = [line for line in log.splitlines() if "parameters of step" in line]
    assert re.search(r"strun [\d.]+, .*override_mask = '\S*mask.fits' \(command line\)$", line)
    assert len(re.findall(r"Step \w+ done", log)) == 3
