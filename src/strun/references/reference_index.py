"""What a folder of reference files holds, read from their primary headers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from strun.blockio.cards import Header
from strun.blockio.source import primary_header
from strun.errors import ReferenceNotFoundError, StrunError

_ENDINGS = (".fits", ".fits.gz")


class Key(NamedTuple):
    """
    What references are told apart by.

    The keyword is in the reference's header; None when that says what the reference was made from,
    not for what it is. The pattern is the keyword in which CRDS's references list several values,
    as ``A|B|``. The path is that of the exposure's value in its metadata.
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
    A reference file, its kind in lower case, and from when on it holds (None for always).

    Values are by the keywords of `KEYWORDS`, as the header says them, several with ``|`` between.
    """

    path: str
    reftype: str
    values: dict[str, str]
    useafter: datetime | None


class Listing(NamedTuple):
    """
    The references of a folder.

    Faults are what could not be looked at, or does not say from when on it holds: each with its
    path and the reason.
    """

    entries: list[Entry]
    faults: list[str]


# folders of this process: path of a file to its state, and its entry or what is wrong with it
_known: dict[str, tuple[tuple[int, int], Entry | str | None]] = {}


def moment(text: str) -> datetime | None:
    """Return date and time in UTC (ISO 8601, with T or a space), None when it is neither."""
    words = text.strip().upper().removesuffix("UTC").split()
    try:
        found = datetime.fromisoformat("T".join(words[:2]) + "".join(words[2:]))
        return found if found.tzinfo is None else found.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        # no date, or one that is before the year 1 in UTC
        return None


def _text(header: Header, keyword: str | None) -> str:
    value = header.get(keyword) if keyword is not None else None
    return "" if value is None else str(value).strip().upper()


def _entry(path: str) -> Entry | str | None:
    """Return what a file says of itself, what is wrong with it, or None for no reference."""
    try:
        header = primary_header(path)
    except (StrunError, OSError) as err:
        return _fault(path, err)
    reftype = _text(header, "REFTYPE").lower()
    if not reftype:
        return None
    values = {}
    for name, key in KEYWORDS.items():
        value = _text(header, key.pattern).strip("|") or _text(header, key.keyword)
        if value:
            values[name] = value
    said = _text(header, "USEAFTER")
    useafter = moment(said)
    if said and useafter is None:
        return f"{path}: USEAFTER is {said}, expected a date as 2022-07-01T00:00:00"
    return Entry(path, reftype, values, useafter)


def _fault(path: str, err: Exception) -> str:
    reason = err.strerror if isinstance(err, OSError) and err.strerror else str(err)
    return reason if path in reason else f"{path}: {reason}"


def _remembered(path: str) -> Entry | str | None:
    try:
        status = os.stat(path)
    except OSError as err:
        # a link to nowhere, perhaps
        return _fault(path, err)
    state = (status.st_size, status.st_mtime_ns)
    known = _known.get(path)
    if known is None or known[0] != state:
        known = _known[path] = (state, _entry(path))
    return known[1]


def listing(folder: str) -> Listing:
    """
    Return the references of a folder and of those below it, also by links.

    Each file is read once in a process, unless it changes. Raises ReferenceNotFoundError when it is
    no folder.
    """
    if not os.path.isdir(folder):
        raise ReferenceNotFoundError(
            f"{folder}: no such folder; --refs and STRUN_REFS name a folder of reference files, or "
            "a pack that --pack-refs has made"
        )
    found = Listing([], [])
    for path in _files(folder, found.faults):
        entry = _remembered(path)
        if isinstance(entry, str):
            found.faults.append(entry)
        elif entry is not None:
            found.entries.append(entry)
    return found


def _files(folder: str, faults: list[str]) -> Iterator[str]:
    """Yield the files that may be references; folders that cannot be read are faults."""

    def note(err: OSError) -> None:
        faults.append(_fault(str(err.filename), err))

    seen = set()
    for place, below, names in os.walk(folder, onerror=note, followlinks=True):
        # a link may lead back to a folder above it
        seen.add(os.path.realpath(place))
        below[:] = sorted(n for n in below if os.path.realpath(os.path.join(place, n)) not in seen)
        for name in sorted(names):
            if name.endswith(_ENDINGS) and not name.startswith("."):
                yield os.path.join(place, name)
