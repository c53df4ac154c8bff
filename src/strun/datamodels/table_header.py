"""Headers of binary tables made of structured arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from strun.blockio.cards import Header

_CODES = {"u1": "B", "i2": "I", "i4": "J", "i8": "K", "f4": "E", "f8": "D", "b1": "L"}


def _form(dtype: np.dtype[Any]) -> str:
    base, repeat = dtype.base, int(np.prod(dtype.shape, dtype=int))
    if base.kind == "S":
        return f"{base.itemsize * repeat}A"
    code = _CODES.get(f"{base.kind}{base.itemsize}".replace("u2", "i2").replace("u4", "i4"))
    if code is None:
        raise TypeError(f"a FITS table has no column of {base}; give numbers or byte strings")
    return f"{repeat if repeat > 1 else ''}{code}"


def table_header(name: str, rows: np.ndarray[Any, Any]) -> Header:
    """
    Return the header of a binary table.

    Parameters
    ----------
    name : str
        EXTNAME.
    rows : ndarray
        Structured, of numbers and byte strings. Unsigned columns of 16 and 32 bits are written
        with TZERO.

    Raises
    ------
    TypeError
        For columns that FITS tables cannot hold.
    """
    header = Header()
    for keyword, value, comment in (
        ("XTENSION", "BINTABLE", "binary table extension"),
        ("BITPIX", 8, "array data type"),
        ("NAXIS", 2, "number of array dimensions"),
        ("NAXIS1", rows.dtype.itemsize, "length of dimension 1"),
        ("NAXIS2", len(rows), "length of dimension 2"),
        ("PCOUNT", 0, "number of group parameters"),
        ("GCOUNT", 1, "number of groups"),
        ("TFIELDS", len(rows.dtype.names or ()), "number of table fields"),
    ):
        header.set(keyword, value, comment)
    for number, column in enumerate(rows.dtype.names or (), 1):
        dtype = rows.dtype[column]
        header.set(f"TTYPE{number}", column)
        header.set(f"TFORM{number}", _form(dtype))
        if dtype.base.kind == "u" and dtype.base.itemsize in (2, 4):
            header.set(f"TZERO{number}", 1 << (8 * dtype.base.itemsize - 1))
    header.set("EXTNAME", name, "extension name")
    return header
