"""The end of a command's process: nothing is lost by leaving it quickly."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BEGIN = "import sys; from strun.cli import start\n"


def _python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BEGIN + code], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("code", [0, 1, 2, 130])
def test_exit_code_is_that_of_the_command(code: int) -> None:
    assert _python(f"start._run('strun', lambda: sys.exit({code}))").returncode == code


def test_what_was_said_is_written_out() -> None:
    done = _python("start._run('strun', lambda: (print('said'), sys.exit(0)))")
    assert done.stdout == "said\n"


def test_functions_for_the_end_are_called_once() -> None:
    code = "import atexit; atexit.register(print, 'end'); start._run('strun', lambda: sys.exit(0))"
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
        "    sys.exit(0)\n"
        "start._run('strun', main)\n"
    )
    assert _python(code).stdout == "worked\n"


def test_words_at_the_end_are_said_as_always() -> None:
    done = _python("start._run('strun', lambda: sys.exit('what went wrong'))")
    assert (done.returncode, done.stderr) == (1, "what went wrong\n")


def test_exceptions_are_shown() -> None:
    done = _python("start._run('strun', lambda: 1 / 0)")
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr


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
    code = "start._run('strun', lambda: (print('said'), sys.exit(0)))"
    says = "strun: error: standard output was lost: No space left on device\n"
    assert _on_full_disk(code) == (1, says)


def test_output_that_is_lost_beside_the_work_is_a_warning() -> None:
    work = "from strun.streams import put_work_first\ndef main():\n    put_work_first()\n"
    code = f"{work}    print('said')\n    sys.exit(0)\nstart._run('strun', main)"
    says = "strun: warning: standard output was lost: No space left on device\n"
    assert _on_full_disk(code) == (0, says)


def test_exit_code_of_a_failure_stays_when_output_is_lost() -> None:
    code = "start._run('strun', lambda: (print('said'), sys.exit(2)))"
    assert _on_full_disk(code) == (2, "")
