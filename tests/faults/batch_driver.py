"""A fault of many exposures in one call, and the driver that holds what a batch must keep."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fault_driver import OLDER, Case, nothing, run_case, snapshot
from fault_numbers import flags_are_right
from fault_scenes import MASK
from in_process import LIMIT

JOURNAL = "strun-journal.jsonl"
NAMES = ("a", "b")
LONGEST_LINE = 1000
_MARK = "STRUN_TESTED_FAULT"


@dataclass(frozen=True)
class BatchCase:
    """
    A fault: what the folder is like, what is called, and how it must end.

    Every scene begins with ``a_uncal.fits`` and ``b_uncal.fits``, ``mask.fits``, and ``refs.tar``,
    a pack of that mask, all good.

    Attributes
    ----------
    name : str
        What is wrong.
    words : tuple of str
        Arguments of strun.
    says : tuple of str
        Each matches one error on stderr, and there are no others.
    done : str
        Exposures whose product must be there and right; those of others are as before.
    code : int
        Exit code.
    scene : callable
        Changes the folder, which is the current one.
    makes : tuple of str
        Files besides products and journal that may be made or changed.
    older : bool
        Whether an older product lies at the place of each product that is not to be made.
    apart : bool
        Whether it takes a process of its own.
    streams, limit, environment
        As those of `Case`.
    within : float
        Seconds.
    """

    name: str
    words: tuple[str, ...]
    says: tuple[str, ...] = ()
    done: str = ""
    code: int = 1
    scene: Callable[[], None] = nothing
    makes: tuple[str, ...] = ()
    older: bool = True
    apart: bool = False
    streams: Mapping[int, str] = field(default_factory=dict)
    limit: int | None = None
    environment: Mapping[str, str | None] = field(default_factory=dict)
    within: float = LIMIT


def dq(*words: str, name: str = "a_uncal.fits") -> tuple[str, ...]:
    """Return the words of dq_init on `name` and what `words` say."""
    return ("dq_init", name, *words, "--override_mask", MASK)


def both(*words: str) -> tuple[str, ...]:
    """Return the words of dq_init on two exposures."""
    return dq("b_uncal.fits", *words)


def product(name: str) -> str:
    """Return the product of an exposure."""
    return f"{name}_dq_init.fits"


def _processes(mark: str) -> set[str]:
    """Return the processes that this one has started, or that have a mark in their environment."""
    found = set()
    for place in Path("/proc").glob("[0-9]*"):
        try:
            parent = (place / "stat").read_text().rpartition(")")[2].split()[1]
            marked = mark.encode() in (place / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if place.name != str(os.getpid()) and (marked or parent == str(os.getpid())):
            found.add(place.name)
    return found


def hold_batch(
    case: BatchCase,
    capture: pytest.CaptureFixture[str],
    patch: pytest.MonkeyPatch,
    private: Path,
) -> None:
    """
    Run a case in the current folder and assert all that it must keep.

    Parameters
    ----------
    case : BatchCase
        The fault.
    capture : CaptureFixture
        Of stdout and stderr.
    patch : MonkeyPatch
        Of the test.
    private : Path
        An empty folder for temporary files.
    """
    folder, mark = Path.cwd(), f"{private}"
    case.scene()
    if case.older:
        for name in set(NAMES) - set(case.done):
            Path(product(name)).write_bytes(OLDER)
    before, running = snapshot(folder), _processes(mark)
    patch.setattr(tempfile, "tempdir", None)
    environment = {**case.environment, "TMPDIR": str(private), _MARK: mark}
    start = time.monotonic()
    run = Case(
        case.name,
        case.words,
        environment=environment,
        apart=case.apart,
        streams=case.streams,
        limit=case.limit,
    )
    code, said, _ = run_case(run, capture)
    took = time.monotonic() - start
    assert Path.cwd() == folder
    after = snapshot(folder)
    assert code == case.code, (code, said)
    _hold_words(case, said)
    made = {*map(product, case.done), JOURNAL, *case.makes}
    _hold_files(before, after, made)
    for name in case.done:
        flags_are_right(product(name), f"{name}_uncal.fits")()
    assert took < case.within
    assert _processes(f"{_MARK}={mark}") <= running, "a process is left behind"
    # a pack of this process goes when it ends
    left = {path for path in private.iterdir() if case.apart or "strun-refs-" not in path.name}
    assert not left, "temporary files are left behind"
    shutil.rmtree(private)


def _hold_words(case: BatchCase, lines: list[str]) -> None:
    said = [line for line in lines if line.startswith("strun: error: ")]
    for line in case.says:
        assert len([each for each in said if re.search(line, each)]) == 1, (line, said)
    assert len(said) == len(case.says), said
    assert all(len(line) < LONGEST_LINE for line in lines), lines


def _hold_files(
    before: Mapping[str, bytes | str], after: Mapping[str, bytes | str], made: set[str]
) -> None:
    """Hold that nothing is lost, changed or left but what was to be made."""
    differing = {n for n in {*before, *after} if before.get(n) != after.get(n)}
    assert differing <= made, sorted(differing - made)
