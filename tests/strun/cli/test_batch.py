from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from astropy.io import fits
from factories import make_mask, make_ramp
from in_process import LIMIT

STRUN = Path(sys.executable).with_name("strun")


def strun(*words: str | Path, code: int = 0) -> subprocess.CompletedProcess[str]:
    """Run dq_init with a mask."""
    command = [STRUN, "dq_init", *map(str, words), "--override_mask", "mask.fits"]
    environment = {k: v for k, v in os.environ.items() if k[:5] != "CRDS_"}
    done = subprocess.run(
        command, capture_output=True, text=True, env=environment, check=False, timeout=LIMIT
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


def products(folder: Path) -> dict[str, bytes]:
    return {p.name: fits.getdata(p, "PIXELDQ").tobytes() for p in folder.glob("*_dq_init.fits")}


@pytest.mark.parametrize("more", [(), ("-j", "2"), ("-jauto",), ("--jobs=3",)])
def test_many_give_a_product_each_and_a_table(
    folder: Path, three: list[Path], more: tuple[str, ...]
) -> None:
    done = strun(*three, *more)
    assert len(products(folder)) == 3
    assert "3 exposures: 3 done" in done.stdout
    assert done.stderr.count("-> ") == 3


def test_workers_do_not_change_a_bit(folder: Path, three: list[Path]) -> None:
    strun(*three, "--output_dir=one")
    strun(*three, "--output_dir=two", "-j2")
    assert products(folder / "one") == products(folder / "two")


def test_one_exposure_keeps_no_journal(folder: Path, three: list[Path]) -> None:
    strun(three[0])
    assert not (folder / "strun-journal.jsonl").exists()


def test_one_exposure_imports_nothing_of_a_batch(folder: Path, three: list[Path]) -> None:
    code = (
        "import sys\n"
        "sys.argv = ['strun', 'dq_init', 'a_uncal.fits', '--override_mask=mask.fits']\n"
        "from strun.cli.strun import strun\n"
        "strun.main(standalone_mode=False)\n"
        "heavy = {'strun.batch', 'subprocess', 'json', 'selectors'}\n"
        "assert not {m for m in sys.modules if m in heavy and m != 'json'}\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_inputs_come_from_a_list_and_a_folder(folder: Path, three: list[Path]) -> None:
    (folder / "list").write_text("a_uncal.fits\nb_uncal.fits\n")
    strun("@list", "--output_dir=list_out")
    strun(".", "--glob=[bc]_*.fits", "--output_dir=folder_out")
    assert set(products(folder / "list_out")) == {"a_dq_init.fits", "b_dq_init.fits"}
    assert set(products(folder / "folder_out")) == {"b_dq_init.fits", "c_dq_init.fits"}


def test_the_good_ones_run_and_the_others_are_named(folder: Path, three: list[Path]) -> None:
    three[1].write_bytes(three[1].read_bytes()[:6000])
    done = strun(*three, "none.fits", code=1)
    assert set(products(folder)) == {"a_dq_init.fits", "c_dq_init.fits"}
    errors = [line for line in done.stderr.splitlines() if "error:" in line]
    assert len(errors) == 2
    assert "b_uncal.fits: HDU 1 (SCI) is cut" in errors[0]
    assert "none.fits: no such file" in errors[1]
    assert "2 of 4 inputs cannot be run; 2 are run" in done.stderr


def test_strict_runs_none(folder: Path, three: list[Path]) -> None:
    done = strun(*three, "none.fits", "--strict", code=1)
    assert products(folder) == {}
    assert "4 exposures: 1 failed, 3 not run" in done.stdout


def test_strict_leaves_nothing_behind_when_it_runs_none(three: list[Path]) -> None:
    strun(three[0], "none.fits", "--strict", "--output_dir=out", code=1)
    assert not Path("out").exists()


def test_a_folder_without_a_pattern_is_told_of_glob(three: list[Path]) -> None:
    assert "--glob" in strun(".", code=1).stderr
    assert "--glob" in strun(".", three[0], code=1).stderr


def test_little_memory_is_said_and_runs_one_at_a_time(three: list[Path]) -> None:
    done = strun(*three, "-j2", "--max-memory=1M")
    assert "more than --max-memory; they are run one at a time" in done.stderr
    assert "3 exposures: 3 done" in done.stdout
    assert "workers" not in done.stdout


def test_resume_redoes_what_lacks_the_sums_that_are_asked_for(three: list[Path]) -> None:
    strun(three[0], "--output_dir=out")
    for word in ("0 up to date, 1 to be redone", "1 up to date, 0 to be redone"):
        assert word in strun(three[0], "--output_dir=out", "--checksum", "--resume").stderr


def test_quiet_says_nothing_but_errors(folder: Path, three: list[Path]) -> None:
    done = strun(*three, "--quiet")
    assert (done.stdout, done.stderr) == ("", "")
    done = strun(*three, "none.fits", "--quiet", code=1)
    assert (done.stdout, done.stderr.count("\n")) == ("", 1)


def test_summary_is_json_with_effects(folder: Path, three: list[Path]) -> None:
    strun(*three, "none.fits", "--summary=s.json", code=1)
    said = json.loads((folder / "s.json").read_text())
    assert [row["outcome"] for row in said["exposures"]] == ["done"] * 3 + ["failed"]
    assert said["exit_code"] == 1
    effect = said["exposures"][0]["effect"]
    assert effect["flags"]["DO_NOT_USE"]["total"] > 0
    assert "pixels flagged" in said["exposures"][0]["effect_line"]
    assert said["exposures"][0]["peak_bytes"] > 10_000_000


def test_resume_leaves_out_what_is_done_and_redoes_what_changed(
    folder: Path, three: list[Path]
) -> None:
    strun(*three[:2])
    make_ramp(three[1], shape=(1, 4, 12, 16))
    done = strun(*three, "--resume")
    assert "1 up to date, 1 to be redone, 1 to be made" in done.stderr
    assert "3 exposures: 2 done, 1 up to date" in done.stdout


def test_resume_redoes_all_when_the_reference_changed(folder: Path, three: list[Path]) -> None:
    strun(*three)
    make_mask(folder / "mask.fits", names=("DEAD",))
    assert "0 up to date, 3 to be redone" in strun(*three, "--resume").stderr


def test_the_log_names_why_a_product_is_redone(folder: Path, three: list[Path]) -> None:
    strun(*three)
    make_mask(folder / "mask.fits", names=("DEAD",))
    said = strun(*three, "--resume", "--log-level=INFO").stderr
    assert "a_uncal.fits is redone: H_MASK was " in said


def test_workers_log_like_the_process_itself(folder: Path, three: list[Path]) -> None:
    said = strun(*three, "-j2", "--log-level=INFO", "--log-file=log").stderr
    assert said.count("Using MASK reference file mask.fits") == 3
    assert (folder / "log").read_text().count("pixels flagged") == 3


WRONG = {
    "jobs": (("--jobs=many",), "'many'; expected 1, 2 ... or auto"),
    "no jobs": (("-j", "0"), "'0'; expected 1, 2 ... or auto"),
    "memory": (("--max-memory=lots",), "is no amount of memory"),
    "both": (("--strict", "--keep-going"), "exclude each other"),
    "summary": (("--summary=none/x.json",), "cannot be written there"),
    "summary input": (("--summary=a_uncal.fits",), "is one of the inputs"),
    "one name": (("--output_file=x.fits",), "output_file names one product, but there are 3"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_call_exits_with_2(folder: Path, three: list[Path], case: str) -> None:
    words, text = WRONG[case]
    done = strun(*three, *words, code=2)
    assert text in done.stderr
    assert done.stderr.count("\n") == 1
    assert products(folder) == {}


def test_a_batch_that_died_is_told_once(folder: Path, three: list[Path]) -> None:
    lines = [
        {"event": "begin", "time": "T", "batch": f"{os.uname().nodename}-4194305-x", "inputs": 5},
        {"event": "start", "batch": f"{os.uname().nodename}-4194305-x", "input": "q.fits"},
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (folder / "strun-journal.jsonl").write_text(text)
    assert "The batch of T did not end: it was running q.fits" in strun(*three).stderr
    assert "did not end" not in strun(*three).stderr


def test_a_picture_is_drawn_of_each(folder: Path, three: list[Path]) -> None:
    pytest.importorskip("matplotlib")
    strun(*three[:2], "-j2", "--quicklook")
    assert {path.name for path in folder.glob("*.png")} == {"a_dq_init.png", "b_dq_init.png"}


def test_dry_run_of_resume_tells_what_becomes_of_each(folder: Path, three: list[Path]) -> None:
    strun(*three[:2], "--output_dir=out")
    make_ramp(three[1], shape=(1, 4, 12, 16))
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    words = [each.name for each in three]
    done = strun(*words, "none.fits", "--output_dir=out", "--resume", "--dry-run", code=1)
    lines = done.stdout.splitlines()
    assert lines[0] == "up to date    a_uncal.fits -> out/a_dq_init.fits"
    assert lines[1].startswith("to be redone  b_uncal.fits -> out/b_dq_init.fits: STRUN")
    assert lines[2] == "to be made    c_uncal.fits -> out/c_dq_init.fits"
    assert lines[3] == "cannot be run none.fits"
    assert lines[4] == ("4 exposures: 1 up to date, 1 to be redone, 1 to be made, 1 cannot be run")
    assert done.stderr.startswith("strun: error: none.fits: no such file")
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_strict_batch_runs_nothing_when_sums_do_not_hold(folder: Path, three: list[Path]) -> None:
    with fits.open(three[1]) as file:
        file.writeto("sums_uncal.fits", checksum=True)
    damaged = bytearray(Path("sums_uncal.fits").read_bytes())
    damaged[len(damaged) // 2] ^= 1
    Path("sums_uncal.fits").write_bytes(damaged)
    words = [three[0], "sums_uncal.fits", "--verify"]
    done = strun(*words, "--strict", code=1)
    assert "sums_uncal.fits: HDU" in done.stderr
    assert products(folder) == {}
    strun(*words, "-j2", code=1)
    assert set(products(folder)) == {"a_dq_init.fits"}


def test_dry_run_tells_of_each_and_writes_nothing(folder: Path, three: list[Path]) -> None:
    before = set(folder.iterdir())
    done = strun(".", "--glob=*_uncal.fits", "--dry-run")
    assert done.stdout.count("memory ") == 3
    assert set(folder.iterdir()) == before
