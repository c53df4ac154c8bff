"""Signals as exceptions, and not while a module is being loaded."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from in_process import LIMIT

from strun.cli.signals import Terminated, raising


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_raises(number: signal.Signals) -> None:
    with pytest.raises(Terminated) as caught, raising():
        os.kill(os.getpid(), number)
    assert caught.value.number == number


def test_handlers_are_as_before_at_the_end() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with raising():
        assert signal.getsignal(signal.SIGTERM) != before
    assert signal.getsignal(signal.SIGTERM) == before


def test_signal_that_is_ignored_stays_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with raising():
            os.kill(os.getpid(), signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_second_signal_does_not_disturb_the_first() -> None:
    def disturbed() -> None:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(Terminated), raising():
        disturbed()


def test_signal_while_a_module_is_loaded_comes_after_it(folder: Path) -> None:
    Path("slow.py").write_text(
        "import os, signal\nos.kill(os.getpid(), signal.SIGTERM)\nwhole = True\n"
    )
    code = (
        "import signal, sys\n"
        "from strun.cli.signals import Terminated, raising\n"
        "try:\n"
        "    with raising():\n"
        "        import slow\n"
        "        signal.pause()\n"
        "except Terminated as err:\n"
        "    print(sys.modules['slow'].whole, err.number)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=LIMIT, check=False
    )
    assert done.stdout == f"True {int(signal.SIGTERM)}\n", done.stderr


def test_signal_in_a_finalizer_comes_after_it() -> None:
    code = (
        "import os, signal\n"
        "from strun.cli.signals import Terminated, raising\n"
        "class Held:\n"
        "    def __del__(self):\n"
        "        os.kill(os.getpid(), signal.SIGTERM)\n"
        "        print('whole')\n"
        "try:\n"
        "    with raising():\n"
        "        Held()\n"
        "        signal.pause()\n"
        "except Terminated as err:\n"
        "    print(err.number)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=LIMIT, check=False
    )
    assert (done.stdout, done.stderr) == (f"whole\n{int(signal.SIGTERM)}\n", "")
