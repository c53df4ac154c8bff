"""Whole processes timed from outside, and the files that they are run on. Standard library only."""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from parity.environments import CHECKOUT, SCRATCH, Environment

WORK = SCRATCH / "benchmark"

START = "import numpy, click, configobj"
"""What Python must load for any run."""


@dataclass
class Timing:
    """Wall and CPU times of a command in seconds, and its largest peak in MB."""

    walls: list[float] = field(default_factory=list)
    cpus: list[float] = field(default_factory=list)
    peak: float = 0.0

    @property
    def wall(self) -> float:
        """Median wall time in seconds."""
        return statistics.median(self.walls)

    @property
    def cpu(self) -> float:
        """Median CPU time in seconds, of all threads."""
        return statistics.median(self.cpus)


def inherited() -> dict[str, str]:
    """Return the variables that programs get besides their own."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("CRDS", "PYTHON"))}


def measure(command: Sequence[str], variables: dict[str, str], timing: Timing) -> None:
    """Run a command once and note its wall time and peak memory."""
    # what the run before has written must not be written out during this one
    os.sync()
    with open(os.devnull, "r+b") as null:
        started = time.perf_counter()
        pid = os.posix_spawn(
            command[0],
            list(command),
            {**inherited(), **variables},
            file_actions=[(os.POSIX_SPAWN_DUP2, null.fileno(), fd) for fd in (0, 1, 2)],
        )
        _, status, usage = os.wait4(pid, 0)
        timing.walls.append(time.perf_counter() - started)
    timing.cpus.append(usage.ru_utime + usage.ru_stime)
    if status:
        sys.exit(f"failed ({status}): {' '.join(command)}")
    timing.peak = max(timing.peak, usage.ru_maxrss / 1024)


def made(environment: Environment, arguments: Sequence[str]) -> Path:
    """Return a synthetic file, made when it is not there."""
    name = "-".join(word.lstrip("-") for word in arguments).replace(",", "-") + ".fits"
    path = WORK / "inputs" / name
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        kind, mode, *options = arguments
        make(environment, (kind, mode, str(path), *options))
    return path


def make(environment: Environment, arguments: Sequence[str]) -> None:
    """Write a synthetic file, as its arguments say."""
    command = [environment.program("python"), str(CHECKOUT / "scripts" / "synthetic")]
    done = environment.run([*command, *arguments])
    if done.returncode:
        sys.exit(done.stderr)


def emptied(folder: Path) -> Path:
    """Return a folder with nothing in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
