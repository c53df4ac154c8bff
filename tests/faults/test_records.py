"""Records that somebody forged, and names that no card holds: nothing runs, all is found again."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from astropy.io import fits
from fault_driver import STRUN, Case, run_case, snapshot
from fault_scenes import DQ, DQ_PRODUCT, MASK, RAMP

from strun.references import hashing

FOREIGN = {"STRUNP02": "pre_hooks = touch owned (cfg)", "STRUNP07": "post_hooks = touch owned (c)"}
NAMES = [
    *("ä ö.fits", "曝光_uncal.fits", "tab\t.fits", "line\n.fits", "50%41.fits", "it's_uncal.fits"),
    *("a & b.fits", "'quoted'.fits", "%.fits", "\u202e.fits", os.fsdecode(b"\xff\xfe_uncal.fits")),
]


@pytest.fixture
def place(folder: Path, good: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with an exposure and its references, where no sum is remembered."""
    monkeypatch.setattr(hashing, "_of_this_process", {})
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    for path in good.iterdir():
        shutil.copyfile(path, folder / path.name)
    return folder


def strun(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, list[str], str]:
    """Run a command; return its exit code, the lines that are no log, and all of them."""
    code, said, logged = run_case(Case("record", words), capsys)
    return code, said, "\n".join([*said, *logged])


def forge(path: str, cards: dict[str, object]) -> None:
    """Give the primary header of a file these cards."""
    with fits.open(path, mode="update") as hdus:
        hdus[0].header.update(cards)


def test_a_hook_in_the_header_of_an_exposure_never_runs(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forge(RAMP, FOREIGN)
    assert strun(capsys, *DQ)[0] == 0
    assert not set(FOREIGN) & set(fits.getheader(DQ_PRODUCT))
    assert strun(capsys, "--again", DQ_PRODUCT)[0] == 0
    assert "1 up to date" in strun(capsys, *DQ, "--resume")[2]
    assert not Path("owned").exists()


FORGED: list[tuple[dict[str, object], str]] = [
    ({"STRUNP02": "pre_hooks = touch owned (cfg)"}, "names hooks, which run code"),
    ({"STRUNP09": "post_hooks = mine.hook (x)"}, "names hooks, which run code"),
    ({"STRUNSTP": "mine.MyStep"}, "is in no installed package"),
    ({"STRUNSTP": "antigravity.X"}, "is in no installed package"),
    ({"STRUNSTP": "jwst.stpipe.Pipeline.x"}, "there is no module"),
    ({"STRUNSTP": "jwst.datamodels.RampModel"}, "is no step"),
    ({"STRUNSTP": "a;touch owned"}, "is in no installed package"),
    ({"STRUNSTP": 5}, "no record of a run"),
    ({"STRUNINP": 5}, "its input is not named"),
    ({"STRUNINP": "%00.fits"}, "is not in"),
    ({"STRUNINP": "/etc/passwd"}, "is not in"),
    ({"STRUNINP": MASK}, "is it an exposure"),
    ({"STRUNP02": "output_dir = /tmp/owned (cfg)"}, "is no parameter that a record"),
    ({"STRUNP02": "save_results = false (cfg)"}, "is no parameter that a record"),
    ({"STRUNP02": "nonsense = 1 (cfg)"}, "is no parameter that a record"),
    ({"STRUNP02": "skip = perhaps (cfg)"}, "its record cannot be used: skip = 'perhaps'"),
    ({"STRUNP02": "suffix = ../../owned (cfg)"}, "is part of a name"),
    ({"STRUNP02": "output_ext = .gz (cfg)"}, "output_ext"),
    ({"STRUNP02": "nonsense"}, "expected a parameter as strun writes it"),
    ({"STRUNP02": 17}, "expected a parameter as strun writes it"),
    ({"H_MASK": "ab"}, "expected the 64 hexadecimal digits"),
    ({"H_MASK": "0" * 64, "R_MASK": "none.fits"}, "its mask reference none.fits is not in"),
    ({"H_MASK": "0" * 64, "R_MASK": "%00"}, "its mask reference"),
]


@pytest.mark.parametrize(("cards", "line"), FORGED, ids=[str(cards) for cards, _ in FORGED])
def test_a_forged_record_is_refused_in_one_line(
    place: Path, capsys: pytest.CaptureFixture[str], cards: dict[str, object], line: str
) -> None:
    strun(capsys, *DQ)
    Path("mine.py").write_text("open('owned', 'w')\nclass MyStep: pass\nhook = print\n")
    forge(DQ_PRODUCT, cards)
    before = snapshot(place)
    code, said, _ = strun(capsys, "--again", DQ_PRODUCT)
    # a product cannot be made again: 1, never 2 for a wrong call
    assert (code, len(said)) == (1, 1), said
    assert re.search(line, said[0]), said
    assert snapshot(place) == before


def test_hooks_of_a_record_are_printed_before_they_run(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    strun(capsys, *DQ, "--post_hooks", "touch made")
    Path("made").unlink()
    code, said, _ = strun(capsys, "--again", DQ_PRODUCT)
    assert (code, Path("made").exists()) == (1, False)
    assert "(post_hooks = touch made); --with-hooks runs them" in said[0]
    words = [STRUN, "--again", DQ_PRODUCT, "--with-hooks"]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    assert done.stdout.startswith("hook: post_hooks = touch made\n")
    assert Path("made").exists()


@pytest.mark.parametrize("name", NAMES)
def test_an_odd_name_is_up_to_date_and_made_again(
    place: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    Path(RAMP).rename(name)
    words = ("dq_init", name, "--override_mask", MASK, "--output_dir", "out")
    assert strun(capsys, *words)[0] == 0
    (product,) = map(str, Path("out").iterdir())
    assert strun(capsys, "--again", product)[0] == 0
    assert "1 up to date" in strun(capsys, *words, "--resume")[2]


@pytest.mark.parametrize("name", NAMES)
def test_an_odd_name_of_a_mask_is_up_to_date_and_made_again(
    place: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    Path(MASK).rename(name)
    words = ("dq_init", RAMP, "--override_mask", name)
    assert strun(capsys, *words)[0] == 0
    hashing._of_this_process.clear()
    assert strun(capsys, "--again", DQ_PRODUCT)[0] == 0
    assert "1 up to date" in strun(capsys, *words, "--resume")[2]


def test_an_odd_name_replaces_its_own_product_without_a_word(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(RAMP).rename("ä 50%41_uncal.fits")
    words = ("dq_init", "ä 50%41_uncal.fits", "--override_mask", MASK, "--output_file", "y.fits")
    strun(capsys, *words)
    assert "replaces it" not in strun(capsys, *words)[2]
    shutil.copyfile("ä 50%41_uncal.fits", "tab\tz_uncal.fits")
    said = strun(capsys, "dq_init", "tab\tz_uncal.fits", *words[2:])[2]
    assert "was made from ä 50%41_uncal.fits; the product of" in said


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_product_whose_own_sums_do_not_hold_is_made_again(
    place: Path, capsys: pytest.CaptureFixture[str], jobs: str
) -> None:
    words = (*DQ, "--checksum", "--verify", "--resume", "-j", jobs)
    strun(capsys, *words)
    whole = Path(DQ_PRODUCT).read_bytes()
    Path(DQ_PRODUCT).write_bytes(whole.replace(b"F1130W", b"F1130X", 1))
    assert "1 to be redone" in strun(capsys, *words)[2]
    assert b"F1130X" not in Path(DQ_PRODUCT).read_bytes()
    assert "1 up to date" in strun(capsys, *words)[2]


def test_a_record_gives_the_terminal_no_commands(
    place: Path,
) -> None:
    name = "\x1b]0;title\x07.fits"
    Path(RAMP).rename(name)
    words = ["dq_init", name, "--override_mask", MASK, "--output_file", "y.fits"]
    subprocess.run([STRUN, *words], check=True, capture_output=True)
    os.utime(name, ns=(0, 0))
    done = subprocess.run([STRUN, "--again", "y_dq_init.fits"], check=True, capture_output=True)
    assert b"changed: the input" in done.stdout
    assert b"\x1b" not in done.stdout + done.stderr
