from __future__ import annotations

import io
from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
from astropy.io import fits

from strun.blockio.encoding import decode, encode, raw_dtype
from strun.blockio.layout import Encoding, encoding_for
from strun.blockio.source import FitsFile

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
