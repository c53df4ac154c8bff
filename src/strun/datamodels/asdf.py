"""The least ASDF extension that jwst's readers accept."""

from __future__ import annotations

from strun.blockio.cards import Header

__all__ = ["ASDF", "minimal"]

ASDF = "ASDF"
_DOCUMENT = b"""#ASDF 1.0.0
#ASDF_STANDARD 1.6.0
%YAML 1.1
%TAG ! tag:stsci.edu:asdf/
--- !core/asdf-1.1.0
{}
...
"""


def minimal() -> tuple[Header, bytes]:
    """Return header and data of a table that holds an empty ASDF document."""
    header = Header()
    for keyword, value, comment in (
        ("XTENSION", "BINTABLE", "binary table extension"),
        ("BITPIX", 8, "array data type"),
        ("NAXIS", 2, "number of array dimensions"),
        ("NAXIS1", len(_DOCUMENT), "length of dimension 1"),
        ("NAXIS2", 1, "length of dimension 2"),
        ("PCOUNT", 0, "number of group parameters"),
        ("GCOUNT", 1, "number of groups"),
        ("TFIELDS", 1, "number of table fields"),
        ("TTYPE1", "ASDF_METADATA", ""),
        ("TFORM1", f"{len(_DOCUMENT)}B", ""),
        ("EXTNAME", ASDF, "extension name"),
    ):
        header.set(keyword, value, comment)
    return header, _DOCUMENT
