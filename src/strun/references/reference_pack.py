"""References packed into one file with their checksums, for nodes without a network."""

from __future__ import annotations

import json
import os
import reprlib
import shutil
import tarfile
import tempfile
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from strun.blockio.atomic import left_behind, owned
from strun.errors import ReferenceFileError, ReferenceNotFoundError, StrunError
from strun.references.hashing import sha256
from strun.references.reference_manifest import (
    FORMAT,
    LARGEST,
    MANIFEST,
    ManifestEntry,
    is_plain,
    listed,
    listing,
)

_PREFIX = "strun-refs-"


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
        if not is_plain(name) or name == MANIFEST:
            raise ReferenceFileError(
                f"{each.path}: its name cannot be packed; expected one without backslashes and "
                f"what cannot be printed, and not {MANIFEST}; rename it"
            )
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
    Write references and their manifest to a tar file, and return how many there are.

    The file appears when it is complete; the same references give the same bytes. Raises
    OutputError when it cannot be written, ReferenceFileError when a reference cannot be read, or
    has a name that a pack cannot hold.
    """
    import io

    from strun.blockio.together import publish

    members = _member_names(packed)
    records = [_record(each, name) for each, name in members]
    text = json.dumps({"format": FORMAT, "references": records}, indent=1).encode()
    with (
        publish(path, over_data=False) as fd,
        os.fdopen(os.dup(fd), "wb") as stream,
        tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        tar.addfile(_plain(MANIFEST, len(text)), io.BytesIO(text))
        for (each, name), record in zip(members, records, strict=True):
            _add(tar, each.path, _plain(name, record["size"]))
    return len(members)


def _add(tar: tarfile.TarFile, path: str, member: tarfile.TarInfo) -> None:
    try:
        source = open(path, "rb")  # noqa: SIM115
    except OSError as err:
        raise ReferenceFileError(f"{path}: cannot be read: {err.strerror}") from err
    with source:
        if os.fstat(source.fileno()).st_size != member.size:
            raise ReferenceFileError(f"{path}: was changed while it was packed; pack again")
        tar.addfile(member, source)


def _text_of_manifest(tar: tarfile.TarFile, pack: str) -> bytes:
    first = tar.next()
    if first is None or first.name != MANIFEST or not first.isreg() or first.issparse():
        raise ReferenceFileError(f"{pack}: does not begin with {MANIFEST}; is it from --pack-refs?")
    if first.size > LARGEST:
        raise ReferenceFileError(f"{pack}: {MANIFEST} has {first.size} bytes, at most {LARGEST}")
    stream = tar.extractfile(first)
    assert stream is not None  # it is regular
    return stream.read()


def _refusal(member: tarfile.TarInfo, wanted: ManifestEntry | None) -> str:
    """Return why a member is not taken, nothing when it is."""
    if wanted is None:
        return f"is not in its {MANIFEST}, or is there twice"
    if not member.isreg() or member.issparse():
        return "is no plain file"
    if member.size != wanted.size:
        return f"has {member.size} bytes, and {wanted.size} in its {MANIFEST}"
    return ""


def _require_room(pack: str, folder: str, files: Mapping[str, ManifestEntry]) -> None:
    needed, free = sum(each.size for each in files.values()), shutil.disk_usage(folder).free
    if needed > free:
        raise ReferenceFileError(
            f"{pack}: its files take {needed:,} bytes, and {os.path.dirname(folder)} has {free:,}; "
            "make room, or set TMPDIR to another folder"
        )


def _unpack(tar: tarfile.TarFile, pack: str, folder: str) -> None:
    """Unpack the files that the manifest lists, at the size that it says, and nothing else."""
    text = _text_of_manifest(tar, pack)
    left = listing(text, f"{pack}: {MANIFEST}")
    _require_room(pack, folder, left)
    with open(os.path.join(folder, MANIFEST), "xb") as stream:
        stream.write(text)
    for number, member in enumerate(tar):
        if number == 0:
            continue
        reason = _refusal(member, left.pop(member.name, None))
        if reason:
            raise ReferenceFileError(
                f"{pack}: its member {reprlib.repr(member.name)} {reason}; use only packs that "
                "--pack-refs has made"
            )
        source = tar.extractfile(member)
        assert source is not None  # it is regular
        target = os.path.join(folder, *member.name.split("/"))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with source, open(target, "xb") as stream:
            shutil.copyfileobj(source, stream, 1 << 20)
    if left:
        raise ReferenceFileError(
            f"{pack}: lacks {min(left)} of its {MANIFEST}; it is cut: get a whole copy"
        )


@cache
def _unpacked(pack: str, _state: tuple[int, int]) -> str:
    """Unpack into a private folder that goes when the process ends."""
    # this one's clean-up is done in the workers of Dask too
    from multiprocessing.util import Finalize

    for older in left_behind(tempfile.gettempdir(), _PREFIX):
        shutil.rmtree(older, ignore_errors=True)
    folder = tempfile.mkdtemp(prefix=owned(_PREFIX))
    remove = Finalize(None, shutil.rmtree, (folder, True), exitpriority=0)
    try:
        with tarfile.open(pack, "r:") as tar:
            _unpack(tar, pack, folder)
    except BaseException as err:
        remove()
        if isinstance(err, StrunError) or not isinstance(err, Exception):
            raise
        # tarfile has many ways to fail on what is no tar
        raise ReferenceFileError(
            f"{pack}: cannot be unpacked: {str(err) or type(err).__name__}; get a whole copy"
        ) from err
    return folder


def folder_of(refs: str) -> str:
    """
    Return the folder of references that a user's word means: that folder, or an unpacked pack.

    Raises ReferenceNotFoundError when there is nothing of that name, ReferenceFileError when a pack
    is damaged, or has members that it must not have.
    """
    path = os.path.abspath(os.path.expanduser(refs))
    if os.path.isdir(path):
        # a manifest that is none is a fault of the folder, and not of an exposure
        listed(path)
        return path
    if not os.path.isfile(path):
        raise ReferenceNotFoundError(
            f"{refs}: no such folder or pack; --refs and STRUN_REFS name a folder of reference "
            "files, or a pack that --pack-refs has made"
        )
    status = os.stat(path)
    return _unpacked(path, (status.st_size, status.st_mtime_ns))


def named_in_manifest(folder: str, reftype: str, exposure: str) -> str | None:
    """Return the reference that was packed for an exposure of this name, None without one."""
    names = [
        name
        for name, each in listed(folder).items()
        if each.reftype == reftype and exposure in each.exposures
    ]
    return os.path.join(folder, *names[0].split("/")) if len(names) == 1 else None


def require_checksum(folder: str, path: str) -> str:
    """
    Return a file of a folder, after a check of the checksum that a manifest says.

    Raises ReferenceFileError when the file has changed since it was packed.
    """
    name = os.path.relpath(path, folder).replace(os.sep, "/")
    entry = listed(folder).get(name)
    if entry is not None and sha256(path) != entry.sha256:
        raise ReferenceFileError(
            f"{path}: its SHA-256 is {sha256(path)[:12]}..., {MANIFEST} says "
            f"{entry.sha256[:12]}...: it was changed or damaged; unpack it again"
        )
    return path
