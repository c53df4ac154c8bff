"""The command's --checksum and --verify."""

from __future__ import annotations

from pathlib import Path

import pytest
from astropy.io import fits
from click.testing import CliRunner, Result

from strun.cli.strun import strun
from strun.errors import FitsError


def _strun(*words: str) -> Result:
    return CliRunner().invoke(strun, list(words), standalone_mode=False)


@pytest.fixture
def summed(ramp: Path, mask: Path, folder: Path) -> Path:
    """Return a product with sums."""
    _strun("dq_init", str(ramp), "--override_mask", str(mask), "--checksum")
    return folder / "x_dq_init.fits"


def _damage(path: Path, hdu: str) -> None:
    with fits.open(path) as hdus:
        place = hdus[hdu]._data_offset
    content = bytearray(path.read_bytes())
    content[place + 10] ^= 1
    path.write_bytes(content)


def test_every_hdu_carries_sums_when_asked(summed: Path) -> None:
    with fits.open(summed) as hdus:
        assert all("DATASUM" in hdu.header and "CHECKSUM" in hdu.header for hdu in hdus)


def test_no_hdu_carries_sums_when_not_asked(ramp: Path, mask: Path) -> None:
    _strun("dq_init", str(ramp), "--override_mask", str(mask))
    with fits.open("x_dq_init.fits") as hdus:
        assert not any("DATASUM" in hdu.header for hdu in hdus)


def test_whole_input_is_taken(summed: Path, linearity: Path) -> None:
    words = ("--override_linearity", str(linearity), "--verify")
    assert _strun("linearity", str(summed), *words).return_value == 0


def test_damaged_input_is_refused(summed: Path, linearity: Path, folder: Path) -> None:
    _damage(summed, "SCI")
    words = ("--override_linearity", str(linearity), "--verify")
    result = _strun("linearity", str(summed), *words)
    assert isinstance(result.exception, FitsError)
    assert "HDU 1 (SCI): the checksum of its data is" in str(result.exception)
    assert not (folder / "x_linearitystep.fits").exists()


def test_damaged_reference_is_refused(ramp: Path, mask: Path) -> None:
    with fits.open(mask) as hdus:
        hdus.writeto("summed.fits", checksum=True)
    _damage(Path("summed.fits"), "DQ")
    result = _strun("dq_init", str(ramp), "--override_mask", "summed.fits", "--verify")
    assert isinstance(result.exception, FitsError)
    assert "summed.fits: HDU 1 (DQ): the checksum of its data is" in str(result.exception)


def test_damage_goes_unseen_when_nobody_asks(summed: Path, linearity: Path) -> None:
    _damage(summed, "SCI")
    assert (
        _strun("linearity", str(summed), "--override_linearity", str(linearity)).exception is None
    )
