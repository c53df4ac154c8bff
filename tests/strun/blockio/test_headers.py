from __future__ import annotations

import numpy as np
from astropy.io import fits
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from strun.blockio.cards import Header
from strun.blockio.headers import image_header
from strun.blockio.layout import Encoding, Hdu, data_size, padded

KINDS = ["uint8", "int8", "int16", "uint16", "int32", "uint32", "int64", "uint64"]
KINDS += ["float32", "float64"]
SHAPES = hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=7)


@settings(max_examples=80, deadline=None)
@given(SHAPES, st.sampled_from(KINDS), st.booleans())
def test_image_header_is_read_by_astropy(shape: tuple[int, ...], dtype: str, primary: bool) -> None:
    header = image_header(None if primary else "SCI", shape, dtype, primary=primary)
    maker = fits.PrimaryHDU if primary else fits.ImageHDU
    raw = header.to_bytes() + bytes(padded(data_size(header)))
    theirs = maker.fromstring(raw)
    assert theirs.shape == shape
    if 0 not in shape:
        assert theirs.data.dtype.newbyteorder("=") == dtype
    assert theirs.verify_checksum() != 0


def test_image_header_returns_copy_when_base_says_it_already() -> None:
    base = Header.parse(fits.ImageHDU(np.ones((2, 3), "u4"), name="DQ").header.tostring().encode())
    made = image_header("DQ", (2, 3), "uint32", base=base)
    assert made == base
    assert made is not base


def test_image_header_keeps_other_cards_when_structure_changes() -> None:
    theirs = fits.ImageHDU(np.ones((2, 3), "i2"), name="SCI").header
    theirs["BUNIT"], theirs["DATASUM"] = ("DN", "unit"), "1"
    theirs["HISTORY"] = "h"
    made = image_header("SCI", (4, 5, 6), "float32", base=Header.parse(theirs.tostring().encode()))
    assert Hdu(1, made, 0, 0, 0).shape == (4, 5, 6)
    assert Hdu(1, made, 0, 0, 0).encoding == Encoding(-32)
    assert (made.get("BUNIT"), made.comment("BUNIT"), made.get("HISTORY")) == ("DN", "unit", "h")
    assert "DATASUM" not in made
