"""What a folder of reference files holds, read from their primary headers."""

from __future__ import annotations

import os
from datetime import datetime
from typing import NamedTuple

from jwst.blockio.cards import Header
from jwst.blockio.source import primary_header
from jwst.errors import ReferenceNotFoundError, StrunError
from jwst.stpipe.logs import get_logger

__all__ = ["KEYWORDS", "Entry", "Key", "entries", "moment"]

log = get_logger(__name__)

_ENDINGS = (".fits", ".fits.gz")


class Key(NamedTuple):
    """
    What references are told apart by.

    Attributes
    ----------
    keyword : str
        In the reference's header; None when it says what the reference was made from, not for
        what it is.
    pattern : str
        The keyword in which CRDS's references list several values, as ``A|B|``.
    path : str
        The exposure's value in its metadata.
    """

    keyword: str | None
    pattern: str
    path: str


# the keywords by which CRDS's rules choose masks and linearity references
KEYWORDS: dict[str, Key] = {
    "INSTRUME": Key("INSTRUME", "P_INSTRU", "meta.instrument.name"),
    "DETECTOR": Key("DETECTOR", "P_DETECT", "meta.instrument.detector"),
    "SUBARRAY": Key("SUBARRAY", "P_SUBARR", "meta.subarray.name"),
    "FILTER": Key("FILTER", "P_FILTER", "meta.instrument.filter"),
    "BAND": Key("BAND", "P_BAND", "meta.instrument.band"),
    "CHANNEL": Key("CHANNEL", "P_CHANNE", "meta.instrument.channel"),
    "READPATT": Key(None, "P_READPA", "meta.exposure.readpatt"),
    "EXP_TYPE": Key(None, "P_EXP_TY", "meta.exposure.type"),
}


class Entry(NamedTuple):
    """
    A reference file.

    Attributes
    ----------
    path : str
        The file.
    reftype : str
        Kind in lower case.
    values : dict
        Keyword of `KEYWORDS` to what the header says, several values with ``|`` between.
    useafter : datetime or None
        From when on it holds; None for always.
    """

    path: str
    reftype: str
    values: dict[str, str]
    useafter: datetime | None


# folders of this process: path of a file to its state and entry
_known: dict[str, tuple[tuple[int, int], Entry | None]] = {}


def moment(text: str) -> datetime | None:
    """Return date and time (ISO 8601, with T or a space), None when it is neither."""
    try:
        return datetime.fromisoformat(text.strip().replace(" ", "T").rstrip("Z"))
    except ValueError:
        return None


def _text(header: Header, keyword: str | None) -> str:
    value = header.get(keyword) if keyword is not None else None
    return "" if value is None else str(value).strip().upper()


def _entry(path: str) -> Entry | None:
    """Return what a file says of itself, None when it is no reference."""
    try:
        header = primary_header(path)
    except (StrunError, OSError) as err:
        log.warning("%s: left out: %s", path, err)
        return None
    reftype = _text(header, "REFTYPE").lower()
    if not reftype:
        return None
    values = {}
    for name, key in KEYWORDS.items():
        value = _text(header, key.pattern).strip("|") or _text(header, key.keyword)
        if value:
            values[name] = value
    return Entry(path, reftype, values, moment(_text(header, "USEAFTER")))


def _remembered(path: str) -> Entry | None:
    status = os.stat(path)
    state = (status.st_size, status.st_mtime_ns)
    known = _known.get(path)
    if known is None or known[0] != state:
        known = _known[path] = (state, _entry(path))
    return known[1]


def entries(folder: str) -> list[Entry]:
    """
    Return the references of a folder and of those below it.

    Parameters
    ----------
    folder : str
        Each file is read once in a process, unless it changes.

    Raises
    ------
    ReferenceNotFoundError
        When it is no folder.
    """
    if not os.path.isdir(folder):
        raise ReferenceNotFoundError(
            f"{folder}: no such folder; --refs and STRUN_REFS name a folder of reference files, or "
            "a pack that --pack-refs has made"
        )
    found = []
    for place, below, names in os.walk(folder):
        below.sort()
        for name in sorted(names):
            if name.endswith(_ENDINGS) and not name.startswith("."):
                entry = _remembered(os.path.join(place, name))
                if entry is not None:
                    found.append(entry)
    return found
