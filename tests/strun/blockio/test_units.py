from __future__ import annotations

import io
import os
from collections.abc import Callable
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given, settings
from hypothesis import strategies as st

from strun.blockio import units
from strun.blockio.layout import Encoding, encoding_for
from strun.blockio.source import FitsFile
from strun.blockio.units import UnitReader, aligned, decode, encode, fill, raw_dtype
from strun.errors import FitsError


@pytest.mark.parametrize("size", [0, 1, 63, 64, 1000])
def test_aligned_begins_on_a_cache_line(size: int) -> None:
    block = aligned(size)
    assert len(block) == size
    assert block.ctypes.data % 64 == 0 or not size


def counted() -> bytes:
    """Return a file whose unsigned values count from 0 to 99."""
    stream = io.BytesIO()
    values = np.arange(100, dtype="uint16").reshape(10, 10)
    fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(values)]).writeto(stream)
    return stream.getvalue()


COUNTED = counted()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 99), st.integers(0, 99), st.sampled_from(["float32", "float64", "uint8"]))
def test_read_gives_block_when_it_begins_anywhere(first: int, last: int, dtype: str) -> None:
    first, last = sorted((first, last))
    block = np.empty(last - first, dtype)
    with FitsFile.from_bytes(COUNTED) as file:
        hdu = file.hdus[1]
        UnitReader(file.fd, hdu.data_offset, hdu.encoding).read(first, block)
    np.testing.assert_array_equal(block, np.arange(first, last))


def test_read_array_equals_astropy_when_it_takes_pieces(
    folder: Path, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(units, "_PIECE", 100)
    values = rng.normal(size=(3, 7, 11)).astype("float32")
    fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(values)]).writeto("x.fits")
    with FitsFile.open("x.fits") as file:
        np.testing.assert_array_equal(file.read_array(file.hdus[1]), values)


def test_read_array_reads_values_when_signed_bytes_are_asked_for_as_bytes(
    fits_bytes: Callable[..., bytes],
) -> None:
    raw = fits_bytes(fits.ImageHDU(np.array([1, 2, 100], "int8")))
    with FitsFile.from_bytes(raw) as file:
        assert file.read_array(file.hdus[1], "uint8").tolist() == [1, 2, 100]


@pytest.mark.parametrize("shape", [(0,), (3, 0), (0, 3, 4)])
def test_read_array_gives_empty_array_when_an_axis_is_zero(
    shape: tuple[int, ...], fits_bytes: Callable[..., bytes]
) -> None:
    raw = fits_bytes(fits.ImageHDU(np.zeros(shape, "i2")))
    with FitsFile.from_bytes(raw) as file:
        assert file.read_array(file.hdus[1]).shape == shape


def test_read_array_refuses_when_unit_has_no_data(fits_bytes: Callable[..., bytes]) -> None:
    with (
        FitsFile.from_bytes(fits_bytes()) as file,
        pytest.raises(FitsError, match="HDU PRIMARY has no data"),
    ):
        file.read_array(file.hdus[0])


def test_read_array_refuses_when_unit_is_a_table(fits_bytes: Callable[..., bytes]) -> None:
    table = fits.BinTableHDU(np.zeros(3, [("a", "i4")]), name="T")
    with (
        FitsFile.from_bytes(fits_bytes(table)) as file,
        pytest.raises(FitsError, match="HDU T holds no image, expected one"),
    ):
        file.read_array(file.hdus[1])


def test_read_array_refuses_when_axes_are_more_than_numpy_has(
    fits_bytes: Callable[..., bytes],
) -> None:
    cards = [("XTENSION", "IMAGE"), ("BITPIX", 8), ("NAXIS", 100)]
    cards += [(f"NAXIS{n}", 1) for n in range(1, 101)]
    raw = fits_bytes() + fits.Header(cards).tostring().encode()
    with (
        FitsFile.from_bytes(raw + bytes(2880)) as file,
        pytest.raises(FitsError, match="axes that no array can have"),
    ):
        file.read_array(file.hdus[1])


def test_fill_says_so_when_file_became_shorter(folder: Path) -> None:
    Path("x").write_bytes(b"12345")
    fd = os.open("x", os.O_RDONLY)
    try:
        with pytest.raises(FitsError, match="became shorter while it was read"):
            fill(fd, aligned(6), 0)
    finally:
        os.close(fd)


@pytest.mark.parametrize("dtype", ["float32", "uint16"])
@pytest.mark.parametrize("columns", [slice(2, 4), slice(1, 9)])
@pytest.mark.parametrize("short_row", [0, 100])
def test_columns_are_those_of_the_rows_when_they_take_pieces(
    folder: Path, monkeypatch: pytest.MonkeyPatch, dtype: str, columns: slice, short_row: int
) -> None:
    monkeypatch.setattr(units, "_PIECE", 24)
    monkeypatch.setattr(units, "_SHORT_ROW", short_row)
    values = np.arange(7 * 11).reshape(7, 11).astype(dtype)
    fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(values)]).writeto("x.fits")
    found = np.empty((5, columns.stop - columns.start), np.float32)
    with FitsFile.open("x.fits") as file:
        hdu = file.hdus[1]
        source = UnitReader(file.fd, hdu.data_offset, hdu.encoding)
        source.read_columns(11, 11, columns, found)
    np.testing.assert_array_equal(found, values[1:6, columns])


def test_few_columns_of_short_rows_are_read_in_one_call(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(np.eye(7, 11))]).writeto("x.fits")
    calls: list[int] = []
    fill = units.fill

    def counted(fd: int, buffer: np.ndarray, offset: int) -> None:
        calls.append(offset)
        fill(fd, buffer, offset)

    monkeypatch.setattr(units, "fill", counted)
    found = np.empty((7, 1))
    with FitsFile.open("x.fits") as file:
        hdu = file.hdus[1]
        UnitReader(file.fd, hdu.data_offset, hdu.encoding).read_columns(0, 11, slice(3, 4), found)
    np.testing.assert_array_equal(found[:, 0], np.eye(7, 11)[:, 3])
    assert len(calls) == 1


@pytest.mark.parametrize("short_row", [0, 100])
def test_columns_say_so_when_file_became_shorter(
    folder: Path, monkeypatch: pytest.MonkeyPatch, short_row: int
) -> None:
    monkeypatch.setattr(units, "_SHORT_ROW", short_row)
    fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(np.zeros((7, 11)))]).writeto("x.fits")
    with FitsFile.open("x.fits") as file:
        hdu = file.hdus[1]
        os.truncate("x.fits", hdu.data_offset + 100)
        source = UnitReader(file.fd, hdu.data_offset, hdu.encoding)
        with pytest.raises(FitsError, match="became shorter while it was read"):
            source.read_columns(0, 11, slice(0, 2), np.empty((7, 2)))


SCALES: list[dict[str, float]] = [
    {},
    {"BSCALE": 2.5},
    {"BZERO": 100},
    {"BSCALE": 0.1, "BZERO": -3.3},
    {"BLANK": 3},
    {"BLANK": 3, "BSCALE": 2},
    {"BZERO": -128},
    {"BZERO": 2**15},
    {"BZERO": 2**31},
    {"BZERO": 2**63},
]


def with_cards(raw: bytes, cards: dict[str, float]) -> bytes:
    """Return a file with more cards in the header of its second unit."""
    text = "".join(str(fits.Card(*card)) for card in cards.items()).encode()
    end = raw.index(b"END" + b" " * 77, 2880)
    return raw[:end] + text + raw[end : end + 80] + raw[end + 80 + len(text) :]


@pytest.mark.filterwarnings("ignore:Invalid 'BLANK' keyword")
@pytest.mark.parametrize(
    ("kind", "cards"), list(product(["u1", "i2", "i4", "i8", "f4", "f8"], SCALES))
)
def test_decode_equals_astropy(
    kind: str, cards: dict[str, float], rng: np.random.Generator, fits_bytes: Callable[..., bytes]
) -> None:
    values = rng.integers(0, 100, (6, 7)).astype(f">{kind}")
    raw = with_cards(fits_bytes(fits.ImageHDU(values)), cards)
    with fits.open(io.BytesIO(raw)) as hdus:
        theirs = hdus[1].data.copy()
    with FitsFile.from_bytes(raw) as file:
        mine = file.read_array(file.hdus[1])
        assert mine.dtype == theirs.dtype.newbyteorder("=")
        np.testing.assert_array_equal(mine, theirs)
        np.testing.assert_array_equal(file.read_array(file.hdus[1], "float64"), theirs)


@pytest.mark.parametrize("dtype", ["int8", "uint8", "uint16", "int32", "uint32", "uint64"])
def test_encode_is_undone_by_decode_when_values_are_extreme(dtype: str) -> None:
    limits = np.iinfo(dtype)
    values = np.array([limits.min, limits.min + 1, 0, 1, limits.max - 1, limits.max], dtype)
    encoding = encoding_for(dtype)
    raw = np.empty(values.shape, raw_dtype(encoding))
    encode(values, encoding, raw)
    back = np.empty_like(values)
    decode(raw, encoding, back)
    np.testing.assert_array_equal(back, values)


@pytest.mark.parametrize(
    "dtype",
    [
        "uint8",
        "int8",
        "int16",
        "uint16",
        "int32",
        "uint32",
        "int64",
        "uint64",
        "float32",
        "float64",
    ],
)
def test_encode_equals_astropy(
    dtype: str, rng: np.random.Generator, fits_bytes: Callable[..., bytes]
) -> None:
    bits = rng.integers(0, 256, 40 * np.dtype(dtype).itemsize, np.uint8)
    values = np.nan_to_num(bits.view(dtype))
    raw = np.empty(values.shape, raw_dtype(encoding_for(dtype)))
    encode(values, encoding_for(dtype), raw)
    theirs = fits_bytes(fits.ImageHDU(values))
    assert theirs[-2880:].startswith(raw.tobytes())


@pytest.mark.parametrize("out", ["float32", "float64"])
def test_decode_gives_exact_float_when_unsigned(out: str) -> None:
    raw = np.arange(-(2**15), 2**15, dtype=">i2")
    values = np.empty(raw.shape, out)
    decode(raw, encoding_for("uint16"), values)
    np.testing.assert_array_equal(values, np.arange(2**16))


def test_decode_reads_raw_again_when_it_has_decoded_before() -> None:
    raw = np.array([-1, 0, 1], ">i4")
    out = np.empty(3, "uint32")
    decode(raw, encoding_for("uint32"), out)
    decode(raw, encoding_for("uint32"), out)
    assert out.tolist() == [2**31 - 1, 2**31, 2**31 + 1]
    assert raw.tolist() == [-1, 0, 1]


def test_decode_gives_nan_when_raw_is_blank() -> None:
    out = np.empty(3, "float32")
    decode(np.array([1, 2, 3], ">i2"), Encoding(16, 2, 1, blank=2), out)
    np.testing.assert_array_equal(out, [3, np.nan, 7])
