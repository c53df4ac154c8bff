"""What tests of batches wait for and look at."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from in_process import LIMIT

HERE = Path(__file__).resolve().parent
STRUN = Path(sys.executable).with_name("strun")


def until(true: Callable[[], object], what: str, patience: float = LIMIT) -> None:
    """Wait until something is true."""
    deadline = time.monotonic() + patience
    while not true():
        assert time.monotonic() < deadline, f"{what} did not happen in {patience} s"
        time.sleep(0.005)


def alive(pid: int) -> bool:
    """Return whether a process is there and no zombie."""
    try:
        os.kill(pid, 0)
        text = Path(f"/proc/{pid}/stat").read_text()
    except (ProcessLookupError, FileNotFoundError):
        return False
    return text.rpartition(")")[2].split()[0] != "Z"
