"""Headers of a product: of images, structural cards corrected, and of binary tables."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from strun.blockio.cards import Header
from strun.blockio.layout import Encoding, encoding_for
from strun.blockio.values import Value

if TYPE_CHECKING:
    import numpy as np

_STRUCTURE = frozenset(
    {"SIMPLE", "XTENSION", "BITPIX", "NAXIS", "PCOUNT", "GCOUNT", "BSCALE", "BZERO", "BLANK"}
)
_CHECKSUMS = frozenset({"CHECKSUM", "DATASUM"})
_CODES = {"u1": "B", "i2": "I", "i4": "J", "i8": "K", "f4": "E", "f8": "D", "b1": "L"}


def _structure(
    shape: tuple[int, ...], encoding: Encoding, *, primary: bool
) -> list[tuple[str, Value, str]]:
    cards: list[tuple[str, Value, str]] = [
        ("SIMPLE", True, "conforms to FITS standard"),
        ("BITPIX", encoding.bitpix, "array data type"),
        ("NAXIS", len(shape), "number of array dimensions"),
    ]
    cards += [(f"NAXIS{n}", axis, "") for n, axis in enumerate(reversed(shape), 1)]
    if not primary:
        cards[0] = ("XTENSION", "IMAGE", "Image extension")
        cards += [("PCOUNT", 0, "number of parameters"), ("GCOUNT", 1, "number of groups")]
    if encoding.bzero or encoding.bscale != 1:
        cards += [("BSCALE", encoding.bscale, ""), ("BZERO", encoding.bzero, "")]
    return cards


def image_header(
    name: str | None,
    shape: tuple[int, ...],
    dtype: str,
    *,
    base: Header | None = None,
    primary: bool = False,
) -> Header:
    """
    Return the header of an image unit: structural cards corrected, others of `base` kept.

    Without a name it has no EXTNAME. When `base` says all this already, it is returned as a copy.
    """
    wanted = _structure(shape, encoding_for(dtype), primary=primary)
    base = Header() if base is None else base
    if _structural(base) == [key for key, _, _ in wanted] and all(
        base.get(key) == value for key, value, _ in wanted
    ):
        header = base.copy()
    else:
        header = Header()
        for key, value, comment in wanted:
            header.set(key, value, base.comment(key) or comment)
        header.extend(base.without(frozenset(_structural(base)) | _STRUCTURE | _CHECKSUMS))
    if name is not None and header.get("EXTNAME") != name:
        header.set("EXTNAME", name, "extension name", after=wanted[-1][0])
    return header


def _structural(header: Header) -> list[str]:
    return [key for key in header.keywords() if is_structural(key)]


def is_structural(keyword: str) -> bool:
    """Return whether a keyword says shape and type of the numbers."""
    return keyword in _STRUCTURE or (keyword[:5] == "NAXIS" and keyword[5:].isdigit())


def _form(dtype: np.dtype[Any]) -> str:
    base, repeat = dtype.base, math.prod(dtype.shape)
    if base.kind == "S":
        return f"{base.itemsize * repeat}A"
    code = _CODES.get(f"{base.kind}{base.itemsize}".replace("u2", "i2").replace("u4", "i4"))
    if code is None:
        raise TypeError(f"a FITS table has no column of {base}; give numbers or byte strings")
    return f"{repeat if repeat > 1 else ''}{code}"


def table_header(name: str, rows: np.ndarray[Any, Any]) -> Header:
    """
    Return the header of a binary table of structured rows: numbers and byte strings.

    Unsigned columns of 16 and 32 bits are written with TZERO. Raises TypeError for columns that
    FITS tables cannot hold.
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
