"""Any text, also the name of a file that is no text, as characters that a FITS card holds."""

from __future__ import annotations

import os
import re

# what is not printable ASCII, blanks at the end (a card loses them), and what reads as an escape
_ODD = re.compile(r"[^ -~]+|%(?=[0-9A-Fa-f]{2})| +\Z")
_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")


def encoded(text: str) -> str:
    """
    Return a text as printable ASCII, from which `decoded` makes the same text again.

    Parameters
    ----------
    text : str
        Bytes of a file name that are no UTF-8 are surrogates in it, as Python reads them.

    Returns
    -------
    str
        The bytes of other characters as ``%C3``; most names stay as they are.
    """
    return _ODD.sub(lambda odd: _escaped(odd.group()), text)


def _escaped(odd: str) -> str:
    return "".join(f"%{byte:02X}" for byte in odd.encode("utf-8", "surrogateescape"))


def decoded(text: str) -> str:
    """Return what `encoded` made a text of, as a name that the system understands."""
    return _ESCAPES.sub(lambda found: os.fsdecode(_bytes(found.group())), text)


def _bytes(escapes: str) -> bytes:
    return bytes.fromhex(escapes.replace("%", ""))
