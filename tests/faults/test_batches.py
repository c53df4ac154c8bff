"""One bad exposure of several: it is said, the others are done, and nothing else is touched."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from fault_driver import Case, run_case, snapshot
from fault_numbers import flags_are_right
from fault_scenes import MASK, RAMP

BAD = "bad_uncal.fits"
PRODUCTS = {"out/x_dq_init.fits", "out/y_dq_init.fits"}
WORDS = ("--override_mask", MASK, "--output_dir", "out")


def cut(path: Path) -> None:
    os.truncate(path, 9000)


def be_text(path: Path) -> None:
    path.write_text("x" * 9000)


def be_empty(path: Path) -> None:
    path.write_bytes(b"")


def be_link_to_nowhere(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere")


def be_fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.fixture
def place(folder: Path, good: Path) -> Path:
    """Return a folder with three exposures, the references and a list of the exposures."""
    for path in good.iterdir():
        shutil.copyfile(path, folder / path.name)
    for name in ("y_uncal.fits", BAD):
        shutil.copyfile(RAMP, name)
    return folder


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """Run dq_init and return the exit code and what was said."""
    code, said, logged = run_case(Case("batch", ("dq_init", *words, *WORDS)), capsys)
    return code, "\n".join([*said, *logged])


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        (cut, "is cut"),
        (be_text, "not a FITS file"),
        (be_empty, "the file is empty"),
        (be_link_to_nowhere, "no such file"),
        (be_fifo, "is no regular file"),
        (Path.unlink, "no such file"),
    ],
)
def test_the_good_exposures_are_done(
    place: Path,
    capsys: pytest.CaptureFixture[str],
    spoil: Callable[[Path], None],
    line: str,
    jobs: str,
) -> None:
    spoil(place / BAD)
    before = snapshot(place)
    code, said = run(capsys, "x_uncal.fits", BAD, "y_uncal.fits", "--jobs", jobs)
    assert code == 1
    assert f"{BAD}: " in said
    assert line in said
    after = snapshot(place)
    assert {name for name in after if name.endswith("_dq_init.fits")} == PRODUCTS
    assert {name: after[name] for name in before} == before
    for name in ("x", "y"):
        flags_are_right(f"out/{name}_dq_init.fits", f"{name}_uncal.fits")()


def test_two_inputs_are_not_put_into_one_product(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "b").mkdir()
    (place / BAD).rename(f"b/{RAMP}")
    code, said = run(capsys, RAMP, f"b/{RAMP}")
    assert code == 1
    assert f"is the product of {RAMP} already, b/{RAMP} would overwrite it" in said
    flags_are_right("out/x_dq_init.fits")()


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "the list is empty"),
        (b"x_uncal.fits\na\0b.fits\n", "is no text"),
        (bytes(range(256)), "is no text"),
        (b"SIMPLE  =" + b" " * 3000, "no such file"),
    ],
)
def test_a_list_that_makes_no_sense_is_said(
    place: Path, capsys: pytest.CaptureFixture[str], content: bytes, line: str
) -> None:
    (place / "list").write_bytes(content)
    code, said = run(capsys, "@list")
    assert code == 1
    assert re.search(line, said), said
    assert "Error" not in said
