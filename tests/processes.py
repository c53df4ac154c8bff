"""Programs that tests start, and processes that these leave."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from in_process import LIMIT


def run(words: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, whatever its exit code is."""
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=LIMIT)


def runs(pid: int) -> bool:
    """Return whether a process runs: a zombie that nobody has waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
