"""The end of a command's process: nothing is lost by leaving it quickly."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BEGIN = """import click, sys
from strun.cli import start
def run(main):
    start._run("strun", click.Command("strun", callback=main))
"""


def _python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BEGIN + code], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("code", [0, 1, 2, 130])
def test_exit_code_is_that_of_the_command(code: int) -> None:
    assert _python(f"run(lambda: {code})").returncode == code


def test_what_was_said_is_written_out() -> None:
    done = _python("run(lambda: print('said'))")
    assert done.stdout == "said\n"


def test_functions_for_the_end_are_called_once() -> None:
    code = "import atexit; atexit.register(print, 'end'); run(lambda: 0)"
    assert _python(code).stdout == "end\n"


def test_threads_are_waited_for() -> None:
    code = (
        "import threading, time\n"
        "gate = threading.Event()\n"
        "def work():\n"
        "    gate.wait()\n"
        "    print('worked')\n"
        "def main():\n"
        "    threading.Thread(target=work).start()\n"
        "    threading.main_thread()\n"
        "    threading._register_atexit(gate.set)\n"
        "run(main)\n"
    )
    assert _python(code).stdout == "worked\n"


def _on_full_disk(code: str) -> tuple[int, str]:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", BEGIN + code],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    return done.returncode, done.stderr


def test_output_that_is_lost_is_an_error() -> None:
    code = "run(lambda: print('said'))"
    says = "strun: error: standard output was lost: No space left on device\n"
    assert _on_full_disk(code) == (1, says)


def test_output_that_is_lost_beside_the_work_is_a_warning() -> None:
    work = "from strun.streams import put_work_first\ndef main():\n    put_work_first()\n"
    code = f"{work}    print('said')\nrun(main)"
    says = "strun: warning: standard output was lost: No space left on device\n"
    assert _on_full_disk(code) == (0, says)


def test_exit_code_of_a_failure_stays_when_output_is_lost() -> None:
    code = "run(lambda: (print('said'), 2)[1])"
    assert _on_full_disk(code) == (2, "")
