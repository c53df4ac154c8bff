"""The command's --refs and --pack-refs."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest
from astropy.io import fits
from click.testing import CliRunner, Result
from factories import make_mask, make_ramp

from strun.cli.strun import strun
from strun.errors import ReferenceNotFoundError


def _strun(*words: str) -> Result:
    return CliRunner().invoke(strun, list(words), standalone_mode=False)


@pytest.fixture
def refs(folder: Path) -> Path:
    """Return a folder with masks of two detectors."""
    (folder / "refs").mkdir()
    make_mask(folder / "refs" / "image.fits")
    make_mask(folder / "refs" / "long.fits", DETECTOR="MIRIFULONG")
    return folder / "refs"


def test_folder_of_references_is_enough(ramp: Path, refs: Path) -> None:
    assert _strun("dq_init", str(ramp), "--refs", str(refs)).exception is None
    assert fits.getheader("x_dq_init.fits")["R_MASK"] == "image.fits"


def test_reason_is_told_by_dry_run(ramp: Path, refs: Path) -> None:
    lines = _strun("dq_init", str(ramp), "--refs", str(refs), "--dry-run").stdout
    assert f"mask: {refs}/image.fits  ({refs}: INSTRUME MIRI, DETECTOR MIRIMAGE" in lines


def test_reference_that_is_not_there_is_told(folder: Path, refs: Path) -> None:
    ramp = make_ramp(folder / "y.fits", DETECTOR="MIRIFUSHORT")
    result = _strun("dq_init", str(ramp), "--refs", str(refs))
    assert isinstance(result.exception, ReferenceNotFoundError)
    assert "no mask reference for INSTRUME MIRI, DETECTOR MIRIFUSHORT" in str(result.exception)
    assert not (folder / "y_dq_init.fits").exists()


def test_pack_holds_what_the_inputs_need(folder: Path, ramp: Path, refs: Path) -> None:
    make_mask(refs / "unused.fits", DETECTOR="MIRIFUSHORT")
    long = make_ramp(folder / "long_uncal.fits", DETECTOR="MIRIFULONG")
    words = ("dq_init", str(ramp), str(long), "--refs", str(refs), "--pack-refs", "p.tar")
    assert _strun(*words).exception is None
    with tarfile.open("p.tar") as tar:
        assert tar.getnames() == ["manifest.json", "image.fits", "long.fits"]


def test_packing_runs_no_step(folder: Path, ramp: Path, refs: Path) -> None:
    _strun("dq_init", str(ramp), "--refs", str(refs), "--pack-refs", "p.tar")
    assert not (folder / "x_dq_init.fits").exists()


def test_pack_of_an_override_is_used(ramp: Path, mask: Path) -> None:
    _strun("--pack-refs", "p.tar", "dq_init", str(ramp), "--override_mask", str(mask))
    mask.unlink()
    assert _strun("dq_init", str(ramp), "--refs", "p.tar").exception is None
    assert fits.getheader("x_dq_init.fits")["R_MASK"] == "mask.fits"


def test_products_of_pack_and_override_have_the_same_bits(ramp: Path, mask: Path) -> None:
    _strun("--pack-refs", "p.tar", "dq_init", str(ramp), "--override_mask", str(mask))
    _strun("dq_init", str(ramp), "--refs", "p.tar", "--suffix", "packed")
    _strun("dq_init", str(ramp), "--override_mask", str(mask))
    assert _strun("diff", "x_packed.fits", "x_dq_init.fits").return_value == 0


def test_unpacked_pack_is_used(folder: Path, ramp: Path, refs: Path) -> None:
    _strun("dq_init", str(ramp), "--refs", str(refs), "--pack-refs", "p.tar")
    with tarfile.open("p.tar") as tar:
        tar.extractall(folder / "unpacked", filter="data")
    assert _strun("dq_init", str(ramp), "--refs", "unpacked").exception is None


def test_missing_reference_leaves_no_pack(folder: Path, ramp: Path) -> None:
    (folder / "empty").mkdir()
    result = _strun("dq_init", str(ramp), "--refs", "empty", "--pack-refs", "p.tar")
    assert isinstance(result.exception, ReferenceNotFoundError)
    assert not (folder / "p.tar").exists()
