"""Packs of references that no --pack-refs has made."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from pathlib import Path
from typing import Any

from strun.references.reference_manifest import FORMAT, MANIFEST


def entry(name: str = "a.fits", size: object = 1, **other: object) -> dict[str, object]:
    """Return an entry of a manifest."""
    digest = hashlib.sha256(b"x").hexdigest()
    said = {"name": name, "reftype": "mask", "sha256": digest, "size": size, "crds": None}
    return said | {"exposures": []} | other


def manifest(*entries: dict[str, object]) -> bytes:
    """Return a manifest."""
    return json.dumps({"format": FORMAT, "references": entries}).encode()


def hostile(said: bytes, *members: tarfile.TarInfo, **how: Any) -> str:  # noqa: ANN401
    """Return a pack with a manifest and members that are none of ours."""
    first = tarfile.TarInfo(MANIFEST)
    first.size = len(said)
    with tarfile.open("hostile.tar", "w", **how) as tar:
        tar.addfile(first, io.BytesIO(said))
        for member in members:
            tar.addfile(member, io.BytesIO(b"x" * member.size))
    return "hostile.tar"


def member(name: str = "a.fits", size: int = 1) -> tarfile.TarInfo:
    """Return a member of a pack."""
    info = tarfile.TarInfo(name)
    info.size = size
    return info


def sparse_pack(size: int) -> str:
    """Return a pack whose listed member is a hole of a size, as GNU tar writes it."""
    pack = Path(hostile(manifest(entry(size=size)), member(size=0)))
    content = bytearray(pack.read_bytes())
    start = content.rindex(b"a.fits\0")
    header = content[start : start + 512]
    header[156:157] = tarfile.GNUTYPE_SPARSE
    header[257:265] = b"ustar  \0"
    header[386:410] = b"%011o\0%011o\0" % (0, 0)
    header[483:495] = b"%011o\0" % size
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    content[start : start + 512] = header
    pack.write_bytes(content)
    with tarfile.open(pack) as tar:
        assert (tar.getmember("a.fits").size, tar.getmember("a.fits").issparse()) == (size, True)
    return str(pack)
