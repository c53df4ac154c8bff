"""The list of a pack of references: each file's name, size, SHA-256 and the exposures it is for."""

from __future__ import annotations

import json
import os
import reprlib
import stat
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from strun.errors import ReferenceFileError
from strun.references.hashing import is_digest

MANIFEST = "manifest.json"
FORMAT = "strun references 1"
LARGEST = 1 << 26
"""Bytes that a manifest may have."""

# as packs are made: a file, or one in a folder when two have the same name
_DEEPEST = 2


class ManifestEntry(NamedTuple):
    """
    A reference of a manifest: its file, from the manifest's folder, and its kind in lower case.

    Checksum and size in bytes are those of the file when it was packed, for the exposures of these
    names.
    """

    name: str
    reftype: str
    sha256: str
    size: int
    exposures: frozenset[str]


def is_plain(name: str) -> bool:
    """Return whether a name stays within the folder, and is one that every system can have."""
    parts = name.split("/")
    stays = os.sep == "/" and not {"..", ".", ""} & set(parts)
    return stays and len(parts) <= _DEEPEST and "\\" not in name and name.isprintable()


def _are_names(said: object) -> bool:
    return isinstance(said, list) and all(isinstance(each, str) for each in said)


_RULES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "reftype": (lambda said: isinstance(said, str), "a text"),
    "sha256": (lambda said: isinstance(said, str) and is_digest(said), "64 hexadecimal digits"),
    "size": (lambda said: type(said) is int and said >= 0, "a number of bytes"),
    "exposures": (_are_names, "a list of names"),
}


def _entry(said: Any) -> ManifestEntry:  # noqa: ANN401
    """Return what one entry of a manifest says."""
    name = said["name"]
    if not isinstance(name, str):
        raise TypeError(f"a name is {reprlib.repr(name)}, expected a text")
    if not is_plain(name):
        raise ValueError(f"{reprlib.repr(name)} is no plain name, or leaves the folder")
    found = {key: said[key] for key in _RULES}
    for key, (fits, words) in _RULES.items():
        if not fits(found[key]):
            raise ValueError(f"{key} of {name} is {reprlib.repr(found[key])}, expected {words}")
    return ManifestEntry(name, **{**found, "exposures": frozenset(found["exposures"])})


def listing(text: bytes, place: str) -> dict[str, ManifestEntry]:
    """Return the references of a manifest by their name; ReferenceFileError when it is none."""
    try:
        said = json.loads(text)
        if said["format"] != FORMAT:
            raise ValueError(f"its format is {reprlib.repr(said['format'])}, expected {FORMAT!r}")
        entries = [_entry(each) for each in said["references"]]
        found = {each.name: each for each in entries}
        if len(found) < len(entries):
            raise ValueError("it names a file twice")
    except KeyError as err:
        reason = f"it lacks {err}"
    except (ValueError, TypeError, RecursionError) as err:
        reason = str(err)
    else:
        return found
    raise ReferenceFileError(
        f"{place}: is no manifest of a pack ({reason}); remove it or pack again"
    )


@cache
def _read(path: str, _state: tuple[int, int]) -> dict[str, ManifestEntry]:
    try:
        with open(path, "rb") as stream:
            return listing(stream.read(LARGEST), path)
    except OSError as err:
        raise ReferenceFileError(
            f"{path}: cannot be read ({err.strerror}); remove it or pack again"
        ) from err


def listed(folder: str) -> dict[str, ManifestEntry]:
    """
    Return the references that the manifest of a folder names, nothing without a manifest.

    Raises ReferenceFileError when its manifest is none.
    """
    path = os.path.join(folder, MANIFEST)
    try:
        status = os.stat(path)
    except FileNotFoundError:
        if os.path.islink(path):
            raise ReferenceFileError(f"{path}: leads to nothing; remove it") from None
        return {}
    if not stat.S_ISREG(status.st_mode):
        raise ReferenceFileError(f"{path}: is no regular file; remove it or pack again")
    return _read(path, (status.st_size, status.st_mtime_ns))
