"""Headers of images: structural cards corrected, all others kept."""

from __future__ import annotations

from strun.blockio.cards import Header
from strun.blockio.layout import Encoding, encoding_for

_STRUCTURE = frozenset(
    {"SIMPLE", "XTENSION", "BITPIX", "NAXIS", "PCOUNT", "GCOUNT", "BSCALE", "BZERO", "BLANK"}
)
_CHECKSUMS = frozenset({"CHECKSUM", "DATASUM"})


def _structure(
    shape: tuple[int, ...], encoding: Encoding, *, primary: bool
) -> list[tuple[str, bool | int | float | str, str]]:
    first: tuple[str, bool | str, str] = (
        ("SIMPLE", True, "conforms to FITS standard")
        if primary
        else ("XTENSION", "IMAGE", "Image extension")
    )
    cards: list[tuple[str, bool | int | float | str, str]] = [
        first,
        ("BITPIX", encoding.bitpix, "array data type"),
        ("NAXIS", len(shape), "number of array dimensions"),
    ]
    cards += [(f"NAXIS{n}", axis, "") for n, axis in enumerate(reversed(shape), 1)]
    if not primary:
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

    Parameters
    ----------
    name : str or None
        EXTNAME, None for a unit without one.
    shape : tuple of int
        Axes in numpy's order.
    dtype : str
        numpy's name of the values' dtype.
    base : Header, optional
        The cards to keep. When it says all this already, it is returned as a copy.
    primary : bool, optional
        Whether it is the first unit of a file.

    Returns
    -------
    Header
        A new header.
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
