"""One table row of a fault, and the one driver that holds what every fault must keep."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from in_process import LIMIT, guarded, run_here

STRUN = str(Path(sys.executable).with_name("strun"))

OLDER = b"an older product"
_LOG_LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


def nothing() -> None:
    """Leave the scene as it is."""


@dataclass(frozen=True)
class Case:
    """
    A fault: what the folder is like, what is called, and how it must end.

    Every scene begins with ``x_uncal.fits``, ``mask.fits`` and ``linearity.fits``, that are good.

    Attributes
    ----------
    name : str
        What is wrong.
    words : tuple of str
        Arguments of strun.
    says : str
        Matches the one line on stderr; empty when the run is to go on and says nothing.
    scene : callable
        Changes the folder, which is the current one.
    code : int
        Exit code.
    makes : str or None
        The product when the run goes on; where an older product is put when it does not.
    check : callable
        Asserts the numbers when the run goes on.
    warns : str
        Matches a line of the log, when there must be one.
    environment : dict
        Variables of the environment; those that are None are taken away.
    apart : bool
        Whether it takes a process of its own.
    streams : dict
        What is wrong with descriptors of that process (1 and 2 are stdout and stderr): ``closed``,
        ``gone`` (a pipe that nobody reads) or ``full`` (a disk without room).
    limit : int or None
        Bytes that a file may have in that process: where a full disk ends it.
    many : bool
        Whether more than a line is said: a help text, whose first line `says` matches.
    """

    name: str
    words: tuple[str, ...]
    says: str = ""
    scene: Callable[[], None] = nothing
    code: int = 1
    makes: str | None = "x_dq_init.fits"
    check: Callable[[], None] = nothing
    warns: str = ""
    environment: Mapping[str, str | None] = field(default_factory=dict)
    apart: bool = False
    streams: Mapping[int, str] = field(default_factory=dict)
    limit: int | None = None
    many: bool = False

    @property
    def goes_on(self) -> bool:
        """Whether there must be a product."""
        return self.code == 0


Snapshot = dict[str, bytes | str]


def snapshot(folder: Path) -> Snapshot:
    """Return every file below a folder with its bytes; of links, where they lead."""
    found: Snapshot = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if "__pycache__" in name:
            continue
        if path.is_symlink():
            found[name] = f"-> {os.readlink(path)}"
        elif path.is_file():
            found[name] = path.read_bytes()
        else:
            found[name] = "folder" if path.is_dir() else "other"
    return found


def _in_process(case: Case, capture: pytest.CaptureFixture[str]) -> tuple[int, str]:
    from strun.cli.shell import run_command
    from strun.cli.strun import strun

    capture.readouterr()
    with guarded(case.words, case.environment):
        code = run_command(strun, "strun")
    return code, capture.readouterr().err


def run_quietly(words: tuple[str, ...]) -> None:
    """Run what must go well, in this process, for a scene."""
    code, _, said = run_here(words)
    assert code == 0, said


def _spoil(number: int, fault: str) -> None:
    if fault == "closed":
        os.close(number)
        return
    reading, writing = os.pipe() if fault == "gone" else (-1, os.open("/dev/full", os.O_WRONLY))
    os.dup2(writing, number)
    for fd in {reading, writing} - {-1, number}:
        os.close(fd)


def _in_child(case: Case) -> tuple[int, str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CRDS_")}
    for name, value in case.environment.items():
        environment.pop(name, None)
        if value is not None:
            environment[name] = value

    if case.limit is not None:
        # Python does not see that its cache of a module was cut
        environment["PYTHONDONTWRITEBYTECODE"] = "1"

    def before() -> None:
        for number, fault in case.streams.items():
            _spoil(number, fault)
        if case.limit is not None:
            # Python ignores SIGXFSZ, so that a write fails as on a full disk
            resource.setrlimit(resource.RLIMIT_FSIZE, (case.limit, case.limit))

    done = subprocess.run(
        [STRUN, *case.words],
        capture_output=True,
        env=environment,
        timeout=LIMIT,
        check=False,
        # without it a process begins faster
        preexec_fn=before if case.streams or case.limit is not None else None,
    )
    return done.returncode, done.stderr.decode(errors="replace")


def run_case(case: Case, capture: pytest.CaptureFixture[str]) -> tuple[int, list[str], list[str]]:
    """Run a case; return exit code, the lines that are no log, and those that are."""
    code, said = _in_child(case) if case.apart else _in_process(case, capture)
    assert "Traceback" not in said, said
    assert "\x1b" not in said, "a file name speaks to the terminal"
    lines = [line for line in said.split("\n") if line]
    # what follows of a message of several lines is indented
    logged = [line for line in lines if _LOG_LINE.match(line) or line.startswith("    ")]
    return code, [line for line in lines if line not in logged], logged


def hold(case: Case, capture: pytest.CaptureFixture[str], *, older: bool) -> None:
    """
    Run a case in the current folder and assert all that it must keep.

    Parameters
    ----------
    case : Case
        The fault.
    capture : CaptureFixture
        Of stdout and stderr.
    older : bool
        Whether something lies already where the product belongs.
    """
    folder = Path.cwd()
    case.scene()
    if older and case.makes is not None and not os.path.islink(case.makes):
        (folder / case.makes).parent.mkdir(parents=True, exist_ok=True)
        (folder / case.makes).write_bytes(OLDER)
    before = snapshot(folder)
    code, lines, logged = run_case(case, capture)
    after = snapshot(folder)
    assert code == case.code, (code, lines)
    if case.says:
        assert len(lines) == 1 or case.many, lines
        assert re.search(case.says, lines[0]), lines[0]
    else:
        assert not lines, lines
    if case.warns:
        assert any(re.search(case.warns, line) for line in logged), logged
    if not case.goes_on or case.makes is None:
        assert after == before
        return
    assert after.pop(case.makes) != OLDER
    made = {case.makes, *map(str, Path(case.makes).parents)}
    assert {n: v for n, v in after.items() if n not in made} == {
        n: v for n, v in before.items() if n not in made
    }
    case.check()
