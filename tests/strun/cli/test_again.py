"""The command's --again: a product made again from its own record."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from jwst.dq_init import DQInitStep
from strun.cli.strun import strun
from strun.errors import InputError, InputNotFoundError, ReferenceNotFoundError
from strun.references import hashing


def _strun(*words: str) -> Result:
    return CliRunner().invoke(strun, list(words), standalone_mode=False)


@pytest.fixture
def flagged(ramp: Path, mask: Path, monkeypatch: pytest.MonkeyPatch, folder: Path) -> Path:
    """Return a product of dq_init, on a machine that has seen no other files."""
    monkeypatch.setattr(hashing, "_of_this_process", {})
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    _strun("dq_init", str(ramp), "--override_mask", str(mask))
    return folder / "x_dq_init.fits"


@pytest.fixture
def corrected(flagged: Path, linearity: Path, folder: Path) -> Path:
    """Return a product of linearity."""
    words = ("--override_linearity", str(linearity), "--output_dir", "products")
    _strun("linearity", str(flagged), *words)
    return folder / "products" / "x_linearitystep.fits"


def _flip_a_bit(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


def test_product_of_dq_init_is_made_again(flagged: Path) -> None:
    result = _strun("--again", str(flagged))
    assert result.return_value == 0
    assert result.stdout.strip().endswith("with mask.fits: identical, bit by bit")


def test_product_of_linearity_is_made_again(corrected: Path) -> None:
    result = _strun("--again", str(corrected))
    assert (result.return_value, "identical" in result.stdout) == (0, True)


def test_parameters_of_the_run_are_taken(ramp: Path, mask: Path, linearity: Path) -> None:
    words = ("--override_linearity", str(linearity))
    _strun("linearity", str(ramp), *words)
    _strun("linearity", "x_linearitystep.fits", *words, "--force", "--suffix", "twice")
    assert _strun("--again", "x_twice.fits").return_value == 0


def test_skipped_step_is_made_again(ramp: Path) -> None:
    _strun("dq_init", str(ramp), "--skip")
    assert _strun("--again", "x_dq_init.fits").return_value == 0


def test_one_bit_of_the_reference_is_told(flagged: Path, mask: Path) -> None:
    _flip_a_bit(mask, 2880 * 3)
    result = _strun("--again", str(flagged))
    assert "changed: mask.fits has the SHA-256" in result.stdout


def test_one_bit_of_a_used_pixel_is_told_as_a_difference(corrected: Path, linearity: Path) -> None:
    from astropy.io import fits

    with fits.open(linearity) as hdus:
        place = hdus["COEFFS"]._data_offset + 4 * (80 * 64 + 80 * 25 + 14) + 3
    _flip_a_bit(linearity, place)
    result = _strun("--again", str(corrected))
    assert result.return_value == 1
    assert "HDUs differ: PRIMARY, SCI" in result.stdout


def test_reference_that_moved_is_found_by_its_sum(flagged: Path, mask: Path, folder: Path) -> None:
    moved = folder / "elsewhere" / "renamed.fits"
    moved.parent.mkdir()
    mask.rename(moved)
    hashing.sha256(str(moved))
    assert _strun("--again", str(flagged)).return_value == 0


def test_flags_of_the_user_that_moved_are_found_by_their_sum(
    flagged: Path, ramp: Path, folder: Path
) -> None:
    from astropy.io import fits
    from factories import SIZE

    flags = fits.PrimaryHDU(np.ones(SIZE, np.int32))
    flags.writeto("user.fits")
    words = ("--override_mask", "mask.fits", "--user_supplied_dq", "user.fits", "--suffix", "mine")
    assert _strun("dq_init", str(ramp), *words).exception is None
    (folder / "elsewhere").mkdir()
    moved = Path("user.fits").rename(folder / "elsewhere" / "renamed.fits")
    hashing.sha256(str(moved))
    assert _strun("--again", "x_mine.fits").return_value == 0


def test_missing_reference_is_told(flagged: Path, mask: Path) -> None:
    mask.unlink()
    result = _strun("--again", str(flagged))
    assert isinstance(result.exception, ReferenceNotFoundError)
    assert "its mask reference mask.fits is not in" in str(result.exception)


def test_changed_input_is_told(flagged: Path, ramp: Path) -> None:
    os.utime(ramp, ns=(0, 0))
    assert "changed: the input" in _strun("--again", str(flagged)).stdout


def test_missing_input_is_told(flagged: Path, ramp: Path) -> None:
    ramp.unlink()
    result = _strun("--again", str(flagged))
    assert isinstance(result.exception, InputNotFoundError)
    assert "give its folder by input_dir" in str(result.exception)


def test_input_is_found_in_input_dir(flagged: Path, ramp: Path, folder: Path) -> None:
    (folder / "raw").mkdir()
    ramp.rename(folder / "raw" / ramp.name)
    assert _strun("--again", str(flagged), "--input_dir", "raw").return_value == 0


def test_reference_is_found_in_refs(flagged: Path, mask: Path, folder: Path) -> None:
    (folder / "refs").mkdir()
    mask.rename(folder / "refs" / mask.name)
    assert isinstance(_strun("--again", str(flagged)).exception, ReferenceNotFoundError)
    assert _strun("--again", str(flagged), "--refs", "refs").return_value == 0


def test_missing_reference_is_told_with_each_place_once(flagged: Path, mask: Path) -> None:
    mask.unlink()
    said = str(_strun("--again", str(flagged)).exception)
    assert f"is not in {flagged.parent}; give its folder by refs" in said


def test_file_without_record_is_refused(ramp: Path) -> None:
    result = _strun("--again", str(ramp))
    assert isinstance(result.exception, InputError)
    assert "no record of a run in it" in str(result.exception)


def test_result_of_a_model_in_memory_is_refused(ramp: Path, mask: Path) -> None:
    from jwst import datamodels

    with datamodels.open(str(ramp)) as model:
        DQInitStep.call(model, override_mask=str(mask)).save("y.fits")
    result = _strun("--again", "y.fits")
    assert "it was a model in memory" in str(result.exception)


def test_product_itself_is_left_alone(flagged: Path) -> None:
    before = (flagged.read_bytes(), flagged.stat().st_mtime_ns)
    _strun("--again", str(flagged))
    assert (flagged.read_bytes(), flagged.stat().st_mtime_ns) == before
