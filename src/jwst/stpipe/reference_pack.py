"""References packed into one file with their sums, for nodes without a network."""

from __future__ import annotations

import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from jwst.blockio.atomic import left_behind, owned
from jwst.errors import ReferenceFileError, ReferenceNotFoundError
from jwst.stpipe.hashing import sha256

__all__ = [
    "MANIFEST",
    "Packed",
    "folder_of",
    "named_in_manifest",
    "require_sum",
    "write_pack",
]

MANIFEST = "manifest.json"
_PREFIX = "strun-refs-"
_FORMAT = "strun references 1"
_LARGEST_MANIFEST = 1 << 26


class Packed(NamedTuple):
    """A reference of a pack: the file, what it is, and the exposures that need it."""

    path: str
    reftype: str
    crds: str | None
    exposures: tuple[str, ...]


def _record(packed: Packed, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "reftype": packed.reftype,
        "sha256": sha256(packed.path),
        "size": os.path.getsize(packed.path),
        "crds": packed.crds,
        "exposures": sorted(packed.exposures),
    }


def _member_names(packed: Iterable[Packed]) -> list[tuple[Packed, str]]:
    """Return each reference with its name in the pack; two files of one name get folders."""
    found: list[tuple[Packed, str]] = []
    taken: set[str] = set()
    for each in sorted(packed, key=lambda each: (os.path.basename(each.path), each.path)):
        name = os.path.basename(each.path)
        if name in taken:
            name = f"{sha256(each.path)[:12]}/{name}"
        taken.add(name)
        found.append((each, name))
    return found


def _plain(name: str, size: int) -> tarfile.TarInfo:
    """Return a member that says nothing of the machine or the time."""
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o644
    return info


def write_pack(path: str, packed: Iterable[Packed]) -> int:
    """
    Write references and their manifest to a tar file, which appears when it is complete.

    Parameters
    ----------
    path : str
        The pack. The same references give the same bytes.
    packed : iterable of Packed
        What goes in.

    Returns
    -------
    int
        References in it.

    Raises
    ------
    OutputError
        When it cannot be written.
    ReferenceNotFoundError
        When a reference cannot be read.
    """
    import io

    from jwst.blockio.atomic import publish

    members = _member_names(packed)
    records = [_record(each, name) for each, name in members]
    text = json.dumps({"format": _FORMAT, "references": records}, indent=1).encode()
    with (
        publish(path, over_data=False) as fd,
        os.fdopen(os.dup(fd), "wb") as stream,
        tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        tar.addfile(_plain(MANIFEST, len(text)), io.BytesIO(text))
        for (each, name), record in zip(members, records, strict=True):
            with open(each.path, "rb") as source:
                tar.addfile(_plain(name, record["size"]), source)
    return len(members)


def _refuse(pack: str, member: tarfile.TarInfo, seen: set[str]) -> None:
    """Refuse a member that is no plain file, or would lie outside of the folder."""
    parts = member.name.split("/")
    if not member.isreg():
        reason = "is no plain file"
    elif member.name.startswith("/") or ".." in parts or "" in parts or os.sep != "/":
        reason = "leaves the folder"
    elif "\\" in member.name or not member.name.isprintable():
        reason = "has a name that is not plain"
    elif member.name in seen:
        reason = "is there twice"
    else:
        seen.add(member.name)
        return
    raise ReferenceFileError(
        f"{pack}: its member {member.name!r} {reason}; use only packs that --pack-refs has made"
    )


@cache
def _unpacked(pack: str, _state: tuple[int, int]) -> str:
    """Unpack into a private folder that goes when the process ends."""
    # this one's clean-up is done in the workers of Dask too
    from multiprocessing.util import Finalize

    for older in left_behind(tempfile.gettempdir(), _PREFIX):
        shutil.rmtree(older, ignore_errors=True)
    folder = tempfile.mkdtemp(prefix=owned(_PREFIX))
    Finalize(None, shutil.rmtree, (folder, True), exitpriority=0)
    seen: set[str] = set()
    try:
        with tarfile.open(pack, "r:") as tar:
            for member in tar:
                _refuse(pack, member, seen)
                source = tar.extractfile(member)
                target = os.path.join(folder, *member.name.split("/"))
                os.makedirs(os.path.dirname(target), exist_ok=True)
                if source is not None:
                    with source, open(target, "xb") as stream:
                        shutil.copyfileobj(source, stream, 1 << 20)
    except (tarfile.TarError, OSError, EOFError) as err:
        raise ReferenceFileError(f"{pack}: cannot be unpacked: {err}; get a whole copy") from err
    if MANIFEST not in seen:
        raise ReferenceFileError(f"{pack}: has no {MANIFEST}; is it from --pack-refs?")
    return folder


def folder_of(refs: str) -> str:
    """
    Return the folder of references that a user's word means: that folder, or an unpacked pack.

    Raises
    ------
    ReferenceNotFoundError
        When there is nothing of that name.
    ReferenceFileError
        When a pack is damaged, or has members that it must not have.
    """
    path = os.path.abspath(os.path.expanduser(refs))
    if os.path.isdir(path):
        return path
    if not os.path.isfile(path):
        raise ReferenceNotFoundError(
            f"{refs}: no such folder or pack; --refs and STRUN_REFS name a folder of reference "
            "files, or a pack that --pack-refs has made"
        )
    status = os.stat(path)
    return _unpacked(path, (status.st_size, status.st_mtime_ns))


@cache
def _manifest(path: str, _state: tuple[int, int]) -> dict[str, dict[str, Any]]:
    """Return the references of a manifest by their name in the folder."""
    try:
        with open(path, encoding="utf-8") as stream:
            said = json.loads(stream.read(_LARGEST_MANIFEST))
        if said["format"] != _FORMAT:
            raise ValueError(f"its format is {said['format']!r}, expected {_FORMAT!r}")
        for each in said["references"]:
            parts = str(each["name"]).split("/")
            if ".." in parts or "" in parts:
                raise ValueError(f"{each['name']!r} leaves the folder")
        return {
            str(each["name"]): {
                "reftype": str(each["reftype"]),
                "sha256": str(each["sha256"]),
                "exposures": frozenset(map(str, each["exposures"])),
            }
            for each in said["references"]
        }
    except (OSError, ValueError, KeyError, TypeError) as err:
        raise ReferenceFileError(
            f"{path}: is no manifest of a pack ({err}); remove it or pack again"
        ) from err


def _listed(folder: str) -> dict[str, dict[str, Any]]:
    path = os.path.join(folder, MANIFEST)
    try:
        status = os.stat(path)
    except OSError:
        return {}
    return _manifest(path, (status.st_size, status.st_mtime_ns))


def named_in_manifest(folder: str, reftype: str, exposure: str) -> str | None:
    """Return the reference that was packed for an exposure of this name, None without one."""
    names = [
        name
        for name, each in _listed(folder).items()
        if each["reftype"] == reftype and exposure in each["exposures"]
    ]
    return os.path.join(folder, *names[0].split("/")) if len(names) == 1 else None


def require_sum(folder: str, path: str) -> str:
    """
    Return a file of a folder, after a check of the sum that a manifest says.

    Raises
    ------
    ReferenceFileError
        When the file has changed since it was packed.
    """
    name = os.path.relpath(path, folder).replace(os.sep, "/")
    listed = _listed(folder).get(name)
    if listed is not None and sha256(path) != listed["sha256"]:
        raise ReferenceFileError(
            f"{path}: its SHA-256 is {sha256(path)[:12]}..., {MANIFEST} says "
            f"{listed['sha256'][:12]}...: it was changed or damaged; unpack it again"
        )
    return path
