"""CHECKSUM and DATASUM: as astropy takes them, and seen when a byte is wrong."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given
from hypothesis import strategies as st

from strun.blockio.checksum import encoded, sum_of, verify
from strun.blockio.source import FitsFile
from strun.errors import FitsError


def _plain_sum(data: bytes) -> int:
    total = 0
    for first in range(0, len(data), 4):
        total += int.from_bytes(data[first : first + 4], "big")
        total = (total & 0xFFFFFFFF) + (total >> 32)
    return total


@given(st.binary(max_size=400).map(lambda data: data.ljust(-(-len(data) // 4) * 4, b"\0")))
def test_sum_is_the_plain_one(data: bytes) -> None:
    assert sum_of(data) == _plain_sum(data)


@given(st.lists(st.binary(min_size=8, max_size=8), max_size=9))
def test_sum_of_pieces_is_the_sum_of_the_whole(pieces: list[bytes]) -> None:
    total = 0
    for piece in pieces:
        total = sum_of(piece, total)
    assert total == sum_of(b"".join(pieces))


@given(st.integers(0, 0xFFFFFFFF))
def test_encoded_sum_makes_the_whole_zero(total: int) -> None:
    text = encoded(total)
    assert text.isalnum()
    # in a header the text begins in the fourth byte of a word, in the place of 16 zeros
    shifted = text[1:] + text[:1]
    zeros = 16 * b"0"
    whole = _plain_sum(shifted.encode()) - _plain_sum(zeros) + total
    while whole < 0:
        whole += 0xFFFFFFFF
    assert whole % 0xFFFFFFFF == 0


@pytest.fixture
def summed(folder: Path) -> Path:
    """Return a file whose sums astropy has taken."""
    image = np.arange(12000, dtype=np.float32).reshape(100, 120)
    hdus = [fits.PrimaryHDU(), fits.ImageHDU(image, name="SCI")]
    hdus.append(fits.BinTableHDU(np.array([(1, 2.5)], [("A", "i4"), ("B", "f8")]), name="T"))
    fits.HDUList(hdus).writeto(folder / "x.fits", checksum=True)
    return folder / "x.fits"


def test_verify_takes_what_astropy_wrote(summed: Path) -> None:
    with FitsFile.open(summed) as file:
        assert verify(file) == 3


def test_verify_has_nothing_to_say_of_a_file_without_sums(ramp: Path) -> None:
    with FitsFile.open(ramp) as file:
        assert verify(file) == 0


def _flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 4
    path.write_bytes(content)


def test_verify_names_the_unit_whose_data_are_damaged(summed: Path) -> None:
    with FitsFile.open(summed) as file:
        place = file.hdus[1].data_offset
    _flip(summed, place + 1001)
    with (
        FitsFile.open(summed) as file,
        pytest.raises(
            FitsError, match=r"x\.fits: HDU 1 \(SCI\): the checksum of its data is \d+, DATASUM is"
        ),
    ):
        verify(file)


def test_verify_names_the_unit_whose_header_was_changed(summed: Path) -> None:
    with FitsFile.open(summed) as file:
        place = file.hdus[2].header_offset
    content = bytearray(summed.read_bytes())
    first = content.index(b"TTYPE2", place)
    content[first + 11] = ord("C")
    summed.write_bytes(content)
    with (
        FitsFile.open(summed) as file,
        pytest.raises(FitsError, match=r"HDU 2 \(T\): CHECKSUM is wrong"),
    ):
        verify(file)


def _astropy_agrees(path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with fits.open(path, checksum=True) as hdus:
            for hdu in hdus:
                assert "CHECKSUM" in hdu.header
                assert "DATASUM" in hdu.header
                assert hdu.verify_checksum() == hdu.verify_datasum() == 1


def test_astropy_takes_what_a_step_wrote(ramp: Path, mask: Path) -> None:
    from jwst.dq_init import DQInitStep
    from strun.steps.running import run_on_file

    step = DQInitStep(override_mask=str(mask))
    step.checksum = True
    _astropy_agrees(Path(str(run_on_file(step, str(ramp)).product)))


def test_astropy_takes_what_a_model_wrote(ramp: Path) -> None:
    from jwst import datamodels

    with datamodels.open(str(ramp)) as model:
        model.save("y.fits", checksum=True)
    _astropy_agrees(Path("y.fits"))
