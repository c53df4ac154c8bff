"""Exposures that take windows on from each other: in batches, resumed, made again."""

from __future__ import annotations

import errno
import logging
import os
from pathlib import Path

import asdf
import numpy as np
import pytest
from astropy.io import fits
from click.testing import CliRunner, Result
from window_exposures import FILE, HIT, LAST, entry, exposure, flagged, step

import jwst.batch
from jwst.persistence import PersistenceStep
from jwst.persistence.windows_file import WindowsFile
from strun.batch.preflight import out_of_date
from strun.batch.report import Report
from strun.cli.strun import strun
from strun.datamodels.dqflags import group
from strun.errors import OutputError, ValidationError
from strun.provenance.record import decoded
from strun.steps.running import run_on_file

WORDS = ("--persistence_time", "60", "--save_persistence", FILE, "--persistence_array_file", FILE)
PERSISTENCE = group["PERSISTENCE"]


def command(*words: str) -> Result:
    return CliRunner().invoke(strun, list(words), standalone_mode=False)


@pytest.fixture
def three(folder: Path) -> list[str]:
    """Return exposures whose names are in another order than their times."""
    a = exposure("z")
    return [exposure("b", 240), exposure("c", 120, LAST), a]


def kept(paths: list[str]) -> list[np.ndarray]:
    """Return the flags of the products of exposures."""
    return [fits.getdata(path.replace("jump", "persistence"), "GROUPDQ") for path in paths]


@pytest.fixture
def one_by_one(three: list[str]) -> list[np.ndarray]:
    """Return the flags that runs one by one give; nothing is left of these."""
    for path in reversed(three):
        run_on_file(step(), path)
    found = kept(three)
    for path in (*Path().glob("*_persistence.fits"), Path(FILE)):
        path.unlink()
    return found


@pytest.mark.parametrize("jobs", [1, 2, "auto"])
def test_batch_runs_them_one_after_the_other_in_the_order_of_time(
    three: list[str],
    one_by_one: list[np.ndarray],
    caplog: pytest.LogCaptureFixture,
    jobs: int | str,
) -> None:
    with caplog.at_level(logging.INFO):
        report: Report = jwst.batch.run(step(), three, jobs=jobs)
    assert (report.exit_code, report.workers) == (0, 1)
    for found, expected in zip(kept(three), one_by_one, strict=True):
        assert np.array_equal(found, expected)
    assert entry()["filename"] == "b_jump.fits"
    (told,) = [
        each for each in caplog.records if "one after the other, by EXPSTART" in each.message
    ]
    assert told.levelname == ("INFO" if jobs == 1 else "WARNING")


def test_cluster_is_refused(three: list[str]) -> None:
    with pytest.raises(ValidationError, match=r"--scheduler: each exposure takes windows.asdf on"):
        jwst.batch.run(step(), three, scheduler="tcp://127.0.0.1:1")


def test_windows_that_are_only_read_let_exposures_run_side_by_side(three: list[str]) -> None:
    run_on_file(step(), three[-1])
    report = jwst.batch.run(step(save_persistence=None), three[:2], jobs=2)
    assert (report.exit_code, report.workers) == (0, 2)


def test_batch_resumes_where_it_stopped(three: list[str], one_by_one: list[np.ndarray]) -> None:
    jwst.batch.run(step(), three[1:])
    report = jwst.batch.run(step(), three, resume=True)
    assert [row.outcome for row in report.results] == ["done", "up to date", "up to date"]
    assert np.array_equal(kept(three)[0], one_by_one[0])


def test_product_is_out_of_date_without_the_windows_that_it_left(folder: Path) -> None:
    product = str(run_on_file(step(), exposure("a")).product)
    assert out_of_date(step(), "a_jump.fits", product) == []
    tree = asdf.load(FILE)
    tree["NRS1"] = tree.pop("MIRIMAGE")
    asdf.dump(tree, FILE)
    assert out_of_date(step(), "a_jump.fits", product) == [
        "windows.asdf: windows of MIRIMAGE took None s, take 60 s"
    ]
    Path(FILE).write_bytes(b"#ASDF")
    (found,) = out_of_date(step(), "a_jump.fits", product)
    assert "cannot be read" in found
    Path(FILE).unlink()
    assert out_of_date(step(), "a_jump.fits", product) == ["windows.asdf is missing"]


def test_other_windows_that_are_read_make_a_product_out_of_date(folder: Path) -> None:
    run_on_file(step(), exposure("a"))
    reading = step(save_persistence=None, suffix="read")
    product = str(run_on_file(reading, exposure("b", 120)).product)
    assert out_of_date(reading, "b_jump.fits", product) == []
    run_on_file(step(), "b_jump.fits")
    (found,) = out_of_date(reading, "b_jump.fits", product)
    assert "persistence_array_file = windows.asdf sha256:" in found


def test_product_is_made_again_from_the_windows_that_it_was_made_from(folder: Path) -> None:
    first = command("persistence", exposure("a"), *WORDS)
    assert first.exception is None, first.output
    before = Path(FILE).read_bytes()
    again = command("--again", "a_persistence.fits")
    # there was no file then: what is there now is not read, nor written
    assert (again.return_value, "changed:" in again.stdout) == (0, False), again.output
    assert Path(FILE).read_bytes() == before


def test_windows_that_have_changed_since_are_told_by_again(folder: Path) -> None:
    command("persistence", exposure("a"), *WORDS)
    command("persistence", exposure("b", 120, LAST), *WORDS)
    again = command("--again", "b_persistence.fits")
    assert "changed: windows.asdf has the SHA-256" in again.stdout


def test_record_names_the_files_without_their_folders(folder: Path) -> None:
    Path("d").mkdir()
    named = step(save_persistence=str(folder / "d/w"), persistence_array_file="d/w.asdf")
    first = fits.getheader(run_on_file(named, exposure("a")).product)
    said = [decoded(first[f"STRUNP{number:02d}"]) for number in (1, 3)]
    assert said == [
        f"persistence_array_file = w.asdf sha256:{'0' * 16} (given)",
        "save_persistence = w (given)",
    ]
    second = fits.getheader(run_on_file(named, "a_jump.fits").product)
    assert first["STRUNP01"] != second["STRUNP01"]


def test_dry_run_names_the_file_and_writes_nothing(folder: Path) -> None:
    path = exposure("a")
    shown = command("persistence", path, *WORDS, "--dry-run")
    assert f"{folder / FILE} (new" in shown.stdout
    assert sorted(os.listdir()) == ["a_jump.fits"]


def test_product_and_windows_appear_both_or_neither(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_on_file(step(), exposure("a"))
    before, path = Path(FILE).read_bytes(), exposure("b", 120)
    Path("b_persistence.fits").mkdir()
    with pytest.raises(OSError, match="is a folder"):
        run_on_file(step(), path)
    assert Path(FILE).read_bytes() == before
    assert not any(Path("b_persistence.fits").iterdir())


def test_full_disk_is_told_of_the_file_and_leaves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(WindowsFile, "write", write)
    with pytest.raises(OutputError, match=r"windows.asdf: cannot be written: no space left"):
        run_on_file(step(), exposure("a"))
    assert sorted(os.listdir()) == ["a_jump.fits"]


def test_cfg_file_counts_names_from_the_current_folder(folder: Path) -> None:
    Path("cfg").mkdir()
    lines = ['name = "persistence"', 'class = "jwst.persistence.PersistenceStep"']
    lines += ["persistence_time = 60", f'save_persistence = "{FILE}"']
    Path("cfg/p.cfg").write_text("\n".join(lines))
    made = PersistenceStep.from_config_file("cfg/p.cfg")
    run_on_file(made, exposure("a"))
    assert flagged(run_on_file(step(), exposure("b", 120, LAST)))[0] == [0, 0, *HIT]
