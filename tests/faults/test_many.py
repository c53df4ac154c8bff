from __future__ import annotations

import shutil
from pathlib import Path

import cases_batches
import cases_many_hooks
import cases_packs
import cases_provenance
import cases_streams
import pytest
from batch_driver import BatchCase, hold_batch

from strun.references.reference_pack import Packed, write_pack

TABLES = {
    "batches": cases_batches.CASES,
    "packs": cases_packs.CASES,
    "hooks": cases_many_hooks.CASES,
    "provenance": cases_provenance.CASES,
    "streams": cases_streams.CASES,
}
EVERY = [(theme, case) for theme, cases in TABLES.items() for case in cases]
NAMES = [f"{theme}: {case.name}" for theme, case in EVERY]


@pytest.fixture(scope="module")
def scene(good: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with two exposures, a mask, and a pack of it."""
    place = tmp_path_factory.mktemp("many")
    for name in ("a_uncal.fits", "b_uncal.fits"):
        shutil.copyfile(good / "x_uncal.fits", place / name)
    shutil.copyfile(good / "mask.fits", place / "mask.fits")
    write_pack(str(place / "refs.tar"), [Packed(str(place / "mask.fits"), "mask", None, ())])
    return place


@pytest.mark.parametrize("case", [case for _, case in EVERY], ids=NAMES)
def test_a_fault_of_many(
    case: BatchCase,
    folder: Path,
    scene: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    for path in scene.iterdir():
        shutil.copyfile(path, folder / path.name)
    hold_batch(case, capsys, monkeypatch, tmp_path_factory.mktemp("private"))


def test_faults_of_many_have_names_of_their_own() -> None:
    assert len(set(NAMES)) == len(NAMES)
