"""A run of strun seen from outside: how far it is, and what is left of it."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from astropy.io import fits
from in_process import LIMIT

STRUN = str(Path(sys.executable).with_name("strun"))


class Running:
    """
    A process of strun.

    Parameters
    ----------
    words : list of str
        What is called.
    folder : Path
        Where, and where the product will be.
    source : Path
        The exposure; no other process has its path among its words.
    """

    def __init__(self, words: list[str], folder: Path, source: Path) -> None:
        self.source = source
        self.folder = folder
        self.process = subprocess.Popen(
            [STRUN, *words], cwd=folder, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
        )
        self._files = Path("/proc", str(self.process.pid), "fd")

    def wait_for(self, stage: Callable[[Running], bool]) -> None:
        """Wait until the run has come to a stage, or has ended."""
        deadline = time.monotonic() + LIMIT
        while not self.ended and not stage(self):
            assert time.monotonic() < deadline, f"the run did not come so far in {LIMIT} s"

    @property
    def ended(self) -> bool:
        try:
            self.process.wait(0.0005)
        except subprocess.TimeoutExpired:
            return False
        return True

    def stop_at(self, name: str) -> bool:
        """Stop at a stage; return whether it was caught before its end."""
        self.wait_for(stage(name))
        self.process.send_signal(signal.SIGSTOP)
        return not self.ended

    def go_on(self) -> tuple[int, list[str]]:
        """Go on after a stop; return the exit code and the lines that were said."""
        return self.send(signal.SIGCONT)

    def send(self, number: signal.Signals) -> tuple[int, list[str]]:
        """Send a signal; return the exit code and the lines that were said."""
        self.process.send_signal(number)
        return self.end()

    def end(self) -> tuple[int, list[str]]:
        """Wait for the end; return the exit code and the lines that were said."""
        _, said = self.process.communicate(timeout=LIMIT)
        return self.process.returncode, said.decode().splitlines()

    # -- stages -----------------------------------------------------------------------------------

    @property
    def listens(self) -> bool:
        """Whether it has its own way to end by SIGTERM."""
        text = Path("/proc", str(self.process.pid), "status").read_text()
        (mask,) = [line.split()[1] for line in text.splitlines() if line.startswith("SigCgt")]
        return bool(int(mask, 16) >> (signal.SIGTERM - 1) & 1)

    @property
    def has_numpy(self) -> bool:
        """Whether it has loaded what it computes with."""
        return "_multiarray_umath" in Path("/proc", str(self.process.pid), "maps").read_text()

    @property
    def reads(self) -> bool:
        """Whether it has opened the exposure."""
        return any(name == str(self.source) for name, _ in self._open_files())

    @property
    def written(self) -> float:
        """Share of the product that is on the disk; -1 before there is a product."""
        for name, number in self._open_files():
            # before it is whole a product has no name or a hidden one; references lie here too
            if name.startswith((f"{self.folder}/#", f"{self.folder}/.strun-")):
                state = (self._files / number).stat()
                return state.st_blocks * 512 / state.st_size if state.st_size else 0.0
        return -1.0

    def _open_files(self) -> list[tuple[str, str]]:
        """Return path and number of each open file."""
        found = []
        for number in os.listdir(self._files):
            try:
                found.append((os.readlink(self._files / number), number))
            except OSError:
                continue
        return found


_LOG_LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


def but_log(said: list[str]) -> list[str]:
    """Return the lines that are no log."""
    return [line for line in said if not _LOG_LINE.match(line)]


def contents(path: Path) -> list[tuple[str, str]]:
    """Return each header of a file but for dates, and the sum of each data unit."""
    units = []
    data = path.read_bytes()
    with fits.open(path, lazy_load_hdus=False) as hdus:
        for hdu in hdus:
            place = hdu.fileinfo()
            hdu.header.remove("DATE", ignore_missing=True)
            start = place["datLoc"]
            block = data[start : start + place["datSpan"]]
            units.append((hdu.header.tostring(), hashlib.sha256(block).hexdigest()))
    return units


def stage(name: str) -> Callable[[Running], bool]:
    """Return whether a run has come to what is named: a property, or a share of the product."""

    def reached(running: Running) -> bool:
        try:
            if name.endswith("%"):
                return running.written >= float(name[:-1]) / 100
            return bool(getattr(running, name))
        except (OSError, ValueError):
            # it has ended
            return True

    return reached


def processes_on(source: Path) -> list[int]:
    """Return the processes that have a path among their words."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) != os.getpid():
            try:
                words = Path("/proc", name, "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if os.fsencode(source) in words:
                found.append(int(name))
    return found


def assert_nobody_works_on(source: Path) -> None:
    """Hold that workers do not outlive their run."""
    deadline = time.monotonic() + LIMIT
    while left := processes_on(source):
        assert time.monotonic() < deadline, f"processes {left} still work on {source}"
        os.sched_yield()
