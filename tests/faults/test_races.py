"""Others write to the product, the exposure or the reference while a run goes on."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from factories import make_linearity, make_mask, make_ramp
from signal_stages import Running, but_log, contents

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="what a process does is seen in /proc"
)

SIZE = (1100, 1100)
OLDER = b"an older product"
ROUNDS = 2
ATTEMPTS = 5


class Work(NamedTuple):
    """Files of one test; nobody else changes them."""

    folder: Path
    step: str
    product: Path
    source: Path
    reference: Path

    def start(self, *more: str, reference: Path | None = None) -> Running:
        words = [self.step, str(self.source), f"--output_dir={self.folder}", *more]
        kind = "mask" if self.step == "dq_init" else "linearity"
        words.append(f"--override_{kind}={reference or self.reference}")
        return Running(words, self.folder, self.source)

    def whole(self, **how: Path) -> list[tuple[str, str]]:
        """Run to the end, take the product away and return what is in it."""
        code, said = self.start(**how).end()
        assert code == 0, said
        found = contents(self.product)
        self.product.unlink()
        return found

    def stopped_at(self, stage: str, **how: Path) -> Running:
        """Return a run that was stopped before it had a product."""
        for _ in range(ATTEMPTS):
            running = self.start(**how)
            if running.stop_at(stage):
                if not self.product.exists() or self.product.read_bytes() == OLDER:
                    return running
                running.go_on()
            self.product.unlink(missing_ok=True)
        raise AssertionError(f"no run could be stopped at {stage}")

    def left(self) -> set[str]:
        """Return what is in the folder, but the files that were made for the test."""
        made = {self.source, self.reference, self.folder / "other.fits"}
        return {path.name for path in self.folder.iterdir() if path not in made}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with an exposure of 48 MB and references, to be copied from."""
    folder = tmp_path_factory.mktemp("good")
    make_ramp(folder / "x_uncal.fits", shape=(2, 4, 1024, 1024))
    make_mask(folder / "dq_init.fits", size=SIZE)
    make_linearity(folder / "linearity.fits", size=SIZE)
    return folder


@pytest.fixture(params=["dq_init", "linearity"])
def work(request: pytest.FixtureRequest, good: Path, tmp_path: Path) -> Work:
    """Return an exposure, its reference, and the call of a step."""
    step = request.param
    source = shutil.copyfile(good / "x_uncal.fits", tmp_path / "x_uncal.fits")
    reference = shutil.copyfile(good / f"{step}.fits", tmp_path / "ref.fits")
    suffix = "linearitystep" if step == "linearity" else step
    return Work(tmp_path, step, tmp_path / f"x_{suffix}.fits", source, reference)


@pytest.fixture
def other(work: Work) -> Path:
    """Return another reference of the same kind."""
    path = work.folder / "other.fits"
    if work.step == "dq_init":
        return make_mask(path, size=SIZE, names=("DEAD", "RC", "DO_NOT_USE"))
    return make_linearity(path, size=SIZE, terms=3)


# -- two runs, one product --------------------------------------------------------------------


def test_two_runs_at_once_leave_the_product_of_one(work: Work, other: Path) -> None:
    both = [work.whole(), work.whole(reference=other)]
    assert both[0] != both[1]
    for number in range(ROUNDS):
        if number % 2:
            work.product.write_bytes(OLDER)
        runs = [work.start(), work.start(reference=other)]
        ends = [run.end() for run in runs]
        assert [code for code, _ in ends] == [0, 0], ends
        assert contents(work.product) in both
        assert work.left() == {work.product.name}


def test_the_run_that_ends_last_wins(work: Work, other: Path) -> None:
    first, second = work.whole(), work.whole(reference=other)
    running = work.stopped_at("10%")
    code, said = work.start(reference=other).end()
    assert code == 0, said
    assert contents(work.product) == second
    code, said = running.go_on()
    assert code == 0, said
    assert contents(work.product) == first
    assert work.left() == {work.product.name}


# -- files that change meanwhile --------------------------------------------------------------


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def grow(path: Path) -> None:
    with path.open("ab") as stream:
        stream.write(b"\0" * 2880)


def rewrite(path: Path) -> None:
    """Write other numbers into the same file, without making it shorter in between."""
    data = bytearray(path.read_bytes())
    half = len(data) // 2
    data[half:] = bytes(255 - byte for byte in data[half : half + 1000]) + data[half + 1000 :]
    with path.open("r+b") as stream:
        stream.write(data)


def replace(path: Path) -> None:
    """Put another file under the same name."""
    fresh = path.with_suffix(".new")
    shutil.copyfile(path, fresh)
    rewrite(fresh)
    fresh.replace(path)


CHANGES = [("0%", cut), ("30%", cut), ("0%", replace), ("30%", grow), ("30%", rewrite)]


@pytest.mark.parametrize("work", ["linearity"], indirect=True)
@pytest.mark.parametrize(("stage", "change"), CHANGES)
@pytest.mark.parametrize("what", ["source", "reference"])
def test_a_file_that_changes_is_said_and_gives_no_product(
    work: Work, what: str, stage: str, change: Callable[[Path], None]
) -> None:
    path = getattr(work, what)
    if stage == "30%":
        work.product.write_bytes(OLDER)
    running = work.stopped_at(stage)
    change(path)
    code, said = running.go_on()
    (line,) = but_log(said)
    assert code == 1
    assert line.startswith("strun: error: ")
    # the reference may have been opened when it was cut already
    fault = r"HDU 1 .* is cut.*; get a whole copy|was changed while it was used; run again .*"
    assert re.search(f"{re.escape(str(path))}: ({fault})$", line), line
    if stage == "30%":
        assert work.product.read_bytes() == OLDER
    assert work.left() <= {work.product.name}
    assert work.product.exists() == (stage == "30%")


def test_an_exposure_that_is_taken_away_meanwhile_is_used_as_it_was(work: Work) -> None:
    whole = work.whole()
    running = work.stopped_at("30%")
    work.source.unlink()
    code, said = running.go_on()
    assert code == 0, said
    assert contents(work.product) == whole
