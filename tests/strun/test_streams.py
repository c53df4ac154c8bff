from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from factories import make_ramp
from in_process import LIMIT

from strun.streams import lossy_text

STRUN = Path(sys.executable).with_name("strun")
NAMES = ["a", "b", "c"]
PRINTING = """
from jwst.dq_init import DQInitStep

def say(*args):
    print("x" * 100_000, flush=True)
"""


@pytest.fixture
def words(folder: Path, mask: Path) -> list[str]:
    """Return the words of a batch on three exposures."""
    inputs = [str(make_ramp(folder / f"{name}_uncal.fits")) for name in NAMES]
    return [str(STRUN), "dq_init", *inputs, "--override_mask=mask.fits", "--output_dir=out"]


def run(words: list[str], redirection: str) -> subprocess.CompletedProcess[str]:
    """Run a command in bash, with something done to its streams."""
    script = f'"$@" {redirection}'
    command = ["bash", "-o", "pipefail", "-c", script, "bash", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=LIMIT)


def assert_all_done() -> None:
    assert {path.name for path in Path("out").glob("*.fits")} == {
        f"{name}_dq_init.fits" for name in NAMES
    }
    journal = Path("out/strun-journal.jsonl").read_text().splitlines()
    assert '"event": "finish"' in journal[-1]
    assert '"exit_code": 0' in journal[-1]


@pytest.mark.parametrize("more", [[], ["-j2"]], ids=["serial", "workers"])
@pytest.mark.parametrize(
    "redirection",
    ["2>&1 | head -1", "2>/dev/full", ">/dev/full 2>&1", "2>&-", ">&-", ">&- 2>&- <&-"],
)
def test_batch_does_all_when_its_words_cannot_be_written(
    words: list[str], redirection: str, more: list[str]
) -> None:
    done = run([*words, *more], redirection)
    assert done.returncode == 0
    assert "Error" not in done.stderr
    assert_all_done()


def test_batch_with_a_full_output_says_it_in_a_line(words: list[str]) -> None:
    done = run([*words, "--log-stream=null"], ">/dev/full")
    assert done.returncode == 0
    assert done.stderr.splitlines()[-1] == (
        "strun: warning: standard output was lost: No space left on device"
    )
    assert_all_done()


@pytest.mark.parametrize("more", [[], ["-j2"]], ids=["serial", "workers"])
def test_hook_that_prints_does_not_fail_when_nobody_reads(
    words: list[str], more: list[str]
) -> None:
    Path("printing.py").write_text(PRINTING)
    done = run([*words, "--pre_hooks=printing.say", *more], "2>&1 | head -1")
    assert done.returncode == 0
    assert_all_done()


def test_product_is_not_written_over_by_words_when_a_stream_is_closed(words: list[str]) -> None:
    one = [*words[:3], *words[5:]]
    run(one, "")
    expected = Path("out/a_dq_init.fits").read_bytes()
    run(one, "2>&- >&- <&-")
    assert len(Path("out/a_dq_init.fits").read_bytes()) == len(expected)


def test_failure_keeps_its_exit_code_when_stderr_is_full(words: list[str]) -> None:
    assert run([*words, "none.fits"], "2>/dev/full").returncode == 1
    assert run([*words, "--nothing=3"], "2>/dev/full").returncode == 2


@pytest.mark.parametrize("command", [["--list"], ["--version"], ["dq_init", "-h"]])
def test_words_that_are_asked_for_and_lost_are_an_error(folder: Path, command: list[str]) -> None:
    done = run([str(STRUN), *command], ">/dev/full")
    says = "strun: error: standard output was lost: No space left on device\n"
    assert (done.returncode, done.stderr) == (1, says)


def test_lossy_text_remembers_why_it_lost_something() -> None:
    with lossy_text("/dev/full") as stream:
        print("said", file=stream)
        print("more", file=stream)
        assert str(stream.buffer.raw.lost) == "[Errno 28] No space left on device"


def test_lossy_text_writes_what_can_be_written(folder: Path) -> None:
    with lossy_text("x") as stream:
        print("said μ", file=stream)
        assert Path("x").read_text(encoding="utf-8") == "said μ\n"
        assert stream.buffer.raw.lost is None


def test_lossy_text_of_a_descriptor_leaves_it_open(folder: Path) -> None:
    fd = os.open("x", os.O_WRONLY | os.O_CREAT)
    lossy_text(fd).close()
    os.close(fd)
