from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from strun.blockio.cards import Header
from strun.blockio.layout import data_size, encoding_for, padded
from strun.blockio.source import FitsFile
from strun.errors import FitsError

KINDS = ["uint8", "int8", "int16", "uint16", "int32", "uint32", "int64", "uint64"]
KINDS += ["float32", "float64"]
SHAPES = hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=7)


@st.composite
def units(draw: st.DrawFn) -> fits.hdu.base.ExtensionHDU:
    """Draw an image, a table, a table with a heap, or an ASCII table."""
    kind = draw(st.sampled_from(["image", "empty", "table", "heap", "ascii"]))
    rows = draw(st.integers(1, 20))
    if kind == "image":
        dtype = draw(st.sampled_from(KINDS))
        return fits.ImageHDU(np.zeros(draw(SHAPES), dtype), name=draw(st.sampled_from("AbC")))
    if kind == "empty":
        return fits.ImageHDU()
    if kind == "heap":
        lists = np.array([np.arange(n % 5 + 1) for n in range(rows)] + [None], object)[:-1]
        return fits.BinTableHDU.from_columns([fits.Column("L", "PJ()", array=lists)])
    form = "J" if kind == "table" else "I10"
    maker = fits.BinTableHDU if kind == "table" else fits.TableHDU
    return maker.from_columns([fits.Column("N", form, array=np.arange(rows))])


@settings(max_examples=60, deadline=None)
@given(st.lists(units(), max_size=5))
def test_scan_equals_astropy(drawn: list[fits.hdu.base.ExtensionHDU]) -> None:
    stream = io.BytesIO()
    fits.HDUList([fits.PrimaryHDU(), *drawn]).writeto(stream)
    raw = stream.getvalue()
    with fits.open(io.BytesIO(raw)) as theirs, FitsFile.from_bytes(raw) as file:
        assert len(file.hdus) == len(theirs)
        for mine, other in zip(file.hdus, theirs, strict=True):
            info = other.fileinfo()
            assert (mine.header_offset, mine.data_offset) == (info["hdrLoc"], info["datLoc"])
            assert padded(mine.data_size) == info["datSpan"]
            assert mine.name == other.name.upper()
            if other.is_image:
                assert mine.kind == "image"
                assert mine.shape == (other.shape if other.shape else ())


@pytest.mark.parametrize("dtype", KINDS)
def test_encoding_for_is_what_astropy_writes(dtype: str, fits_bytes: Callable[..., bytes]) -> None:
    raw = fits_bytes(fits.ImageHDU(np.ones((2, 3), dtype)))
    with FitsFile.from_bytes(raw) as file:
        assert file.hdus[1].encoding == encoding_for(dtype)
        assert file.hdus[1].encoding.dtype == dtype


def test_encoding_for_refuses_when_fits_has_none() -> None:
    with pytest.raises(ValueError, match="FITS has no encoding for complex64"):
        encoding_for("complex64")


def whole() -> bytes:
    """Return a file of an empty primary unit and a small image."""
    stream = io.BytesIO()
    fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(np.ones((10, 10)), name="SCI")]).writeto(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (b"SIMPLE  =", b"SAMPLE  =", "not a FITS file"),
        (b"BITPIX  =                  -64", b"BITPIX  =                  -63", "BITPIX is -63"),
        (b"BITPIX  =                  -64", b"BITPIX  =                    T", "BITPIX is True"),
        (b"NAXIS2  =                   10", b"NAXIS2  =                  -10", "NAXIS2 is -10"),
        (b"NAXIS2  =                   10", b"NAXIS9  =                   10", "NAXIS2 is None"),
        (b"NAXIS   =                    2", b"NAXIS   =                 5000", "at most 999"),
        (b"NAXIS   =                    2", b"NAXIS   =                  'a'", "NAXIS is 'a'"),
        (b"NAXIS2  =                   10", b"NAXIS2  =             10000000", "is cut"),
        (b"PCOUNT  =                    0", b"PCOUNT  =                   -1", "PCOUNT is -1"),
        (b"XTENSION=", b"XTANSION=", "are no FITS extension"),
        (b"END" + b" " * 77, b"XND" + b" " * 77, "not begin|no END card"),
    ],
)
def test_scan_says_one_line_when_header_is_damaged(old: bytes, new: bytes, line: str) -> None:
    raw = whole()
    at = raw.rindex(old) if old != b"SIMPLE  =" else 0
    with pytest.raises(FitsError, match=line):
        FitsFile.from_bytes(raw[:at] + new + raw[at + len(new) :])


@pytest.mark.parametrize(
    ("size", "line"),
    [
        (0, "is empty"),
        (5, "not a FITS file"),
        (160, "no END card"),
        (2885, "no FITS extension"),
        (3000, "no END card"),
        (5760, "is cut"),
        (6000, "HDU 1 .SCI. is cut.*get a whole copy"),
    ],
)
def test_scan_says_one_line_when_file_is_cut(size: int, line: str) -> None:
    with pytest.raises(FitsError, match=line):
        FitsFile.from_bytes(whole()[:size])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5759), st.integers(32, 126)), max_size=4), st.integers(0))
def test_scan_raises_only_fits_errors_when_bytes_are_damaged(
    changes: list[tuple[int, int]], cut: int
) -> None:
    raw = bytearray(whole())
    for place, byte in changes:
        raw[place] = byte
    try:
        with FitsFile.from_bytes(bytes(raw[: cut % 20000])) as file:
            for hdu in file.hdus:
                assert hdu.data_size >= 0
                assert hdu.name.isascii()
                if hdu.kind == "image" and hdu.shape:
                    assert file.read_array(hdu).shape == hdu.shape
    except FitsError as err:
        assert "\n" not in str(err)  # noqa: PT017


@pytest.mark.parametrize("tail", [b"\0" * 2880, b" " * 5000, b"\0" * 7])
def test_scan_takes_file_when_padding_follows(tail: bytes) -> None:
    with FitsFile.from_bytes(whole() + tail) as file:
        assert [hdu.name for hdu in file.hdus] == ["PRIMARY", "SCI"]


def test_scan_takes_file_when_only_the_last_padding_is_missing() -> None:
    with FitsFile.from_bytes(whole()[: 5760 + 800]) as file:
        assert file.read_array(file.hdus[1]).sum() == 100


def test_data_size_leaves_first_axis_out_when_groups_are_random() -> None:
    header = Header()
    for key, value in [("BITPIX", -32), ("NAXIS", 3), ("NAXIS1", 0), ("NAXIS2", 5), ("NAXIS3", 2)]:
        header.set(key, value)
    header.set("GROUPS", True)
    header.set("PCOUNT", 3)
    header.set("GCOUNT", 4)
    assert data_size(header) == 4 * 4 * (3 + 10)
