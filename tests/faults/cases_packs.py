"""Packs of references that are damaged, forged, or put where something else is."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from batch_driver import BatchCase, dq
from fault_scenes import MASK, all_of, copied, cut, gone, keyword, void, written
from odd_packs import entry, hostile, manifest, member, sparse_pack

from strun.references.reference_manifest import MANIFEST

A, B, PACK = "a_uncal.fits", "b_uncal.fits", "refs.tar"
USES = ("dq_init", A, "--refs", PACK)
FIRST = 1024
"""Bytes before the manifest's text, in a pack: its header; the text fills a block."""


def _pack(name: str, scene: Callable[[], object], says: str, refs: str = PACK) -> BatchCase:
    """Return the case of a pack that cannot be used."""
    words = ("dq_init", A, "--refs", refs)
    return BatchCase(f"pack {name}", words, (says,), scene=all_of(scene))


def _forged(*entries: dict[str, object], members: tuple[tarfile.TarInfo, ...] = ()) -> None:
    """Make a pack of entries and members that are none of ours."""
    os.replace(hostile(manifest(*entries), *members), PACK)


def _repacked(change: Callable[[dict[str, Any]], object], *more: tuple[str, bytes]) -> None:
    """Make the pack again, with another manifest and other members besides."""
    with tarfile.open(PACK) as tar:
        files = [(each.name, tar.extractfile(each).read()) for each in tar]  # type: ignore[union-attr]
    said = json.loads(files[0][1])
    change(said)
    files[0] = (MANIFEST, json.dumps(said).encode())
    with tarfile.open(PACK, "w") as tar:
        for name, data in [*files, *more]:
            tar.addfile(member(name, len(data)), io.BytesIO(data))


def _listing(**other: object) -> Callable[[], None]:
    """Return the scene in which the manifest says something else of the mask."""
    return lambda: _repacked(lambda said: said["references"][0].update(other))


def _holes(size: int) -> None:
    os.replace(sparse_pack(size), PACK)


def _mask_of_zeros() -> None:
    data = b"\0" * (1 << 20)
    sum_ = hashlib.sha256(data).hexdigest()
    _repacked(
        lambda said: said["references"].append(entry("big.fits.gz", len(data), sha256=sum_)),
        ("big.fits.gz", data),
    )


def _named_masks() -> None:
    """Put a folder `refs` with a mask, and one that has a folder's name."""
    os.mkdir("refs")
    copied(MASK, "refs/mask.fits")()
    os.mkdir("refs/x.fits")


def _with_manifest(make: Callable[[str], object]) -> Callable[[], None]:
    def scene() -> None:
        _named_masks()
        void(make(f"refs/{MANIFEST}"))

    return scene


HOLE = 10 << 30
NAMED = 'is no manifest of a pack \\("?'

BAD = [
    _pack("that is cut in its mask", cut(PACK, 6000), "lacks mask|cannot be unpacked"),
    _pack("that is cut in its manifest", cut(PACK, 700), "cannot be unpacked"),
    _pack("that is cut behind its manifest", cut(PACK, FIRST), "lacks mask.fits of its man"),
    _pack("that is empty", written(PACK, b""), "refs.tar: cannot be unpacked"),
    _pack("of zeros", written(PACK, bytes(10240)), "does not begin with manifest.json"),
    _pack("that is text", written(PACK, "x" * 5000), "refs.tar: cannot be unpacked"),
    _pack(
        "that is compressed", written(PACK, gzip.compress(bytes(1 << 24), mtime=0)), "be unpacked"
    ),
    _pack("that is a FIFO", all_of(gone(PACK), lambda: os.mkfifo(PACK)), "no such folder or pack"),
    _pack("that is a device", lambda: None, "no such folder or pack", "/dev/zero"),
    _pack("that is gone", gone(PACK), "no such folder or pack"),
    _pack("that is an exposure", copied(B, PACK), "refs.tar: cannot be unpacked"),
    _pack("with a hole of ten gigabytes", lambda: _holes(HOLE), "is no plain file|files take"),
    _pack("with a hole of a megabyte", lambda: _holes(1 << 20), "is no plain file"),
    _pack(
        "with a member that is not listed",
        lambda: _repacked(lambda said: said, ("other", b"x")),
        "'other' is not in its manifest",
    ),
    _pack("that lists what it lacks", lambda: _forged(entry()), "lacks a.fits of its manifest"),
    _pack("larger than the disk", lambda: _forged(entry(size=1 << 60)), "its files take"),
    _pack("with a negative size", _listing(size=-1), "mask.fits is -1, expected a number"),
    _pack("with a size too small", _listing(size=10), "has [0-9]+ bytes, and 10 in its manifest"),
    _pack("with a number as name", _listing(name=7), "a name is 7, expected a text"),
    _pack("with a number as sum", _listing(sha256=7), "sha256 of mask.fits is 7, expected 64 hex"),
    _pack(
        "with a text as exposures",
        _listing(exposures=A),
        "mask.fits is .*, expected a list",
    ),
    _pack("with another sum", _listing(sha256="0" * 64), "its SHA-256 is"),
    _pack("with a name of 2000 folders", _listing(name="d/" * 2000 + "x"), "leaves the folder"),
    _pack("with a name that leaves", _listing(name="../mask.fits"), "leaves the folder"),
    _pack("with a link", lambda: _forged(entry(), members=(_link(),)), "is no plain file"),
    _pack(
        "with a manifest of depth",
        lambda: os.replace(hostile(b"[" * 100_000), PACK),
        "manifest.json: is no manifest",
    ),
    _pack("with a name within names", lambda: _long_names(1500), "refs.tar: cannot be unpacked"),
    _pack("without its references", lambda: _repacked(lambda s: s.pop("references")), "it lacks"),
    _pack("of another format", lambda: _repacked(lambda s: s.update(format=2)), "its format is 2"),
    _pack("folder with a FIFO as manifest", _with_manifest(os.mkfifo), "is no regular", "refs"),
    _pack("folder with a folder as manifest", _with_manifest(os.mkdir), "is no regular", "refs"),
    _pack(
        "folder with a manifest to nowhere",
        _with_manifest(lambda path: os.symlink("no", path)),
        "leads to nothing",
        "refs",
    ),
    _pack(
        "folder with a cut manifest",
        _with_manifest(lambda path: Path(path).write_text('{"format": "str')),
        "is no manifest of a pack",
        "refs",
    ),
]


def _link() -> tarfile.TarInfo:
    link = member()
    link.type, link.linkname, link.size = tarfile.SYMTYPE, "/etc/passwd", 0
    return link


def _long_names(count: int) -> None:
    name = tarfile.TarInfo("././@LongLink")
    name.type, name.size = tarfile.GNUTYPE_LONGNAME, 512
    os.replace(hostile(manifest(entry()), *[name] * count), PACK)


def _packing(name: str, target: str, says: str, *more: str, **how: Any) -> BatchCase:  # noqa: ANN401
    """Return the case of references that are to be packed."""
    return BatchCase(f"packing {name}", dq("--pack-refs", target, *more), (says,), **how)


PACKING = [
    _packing("into an exposure", A, "is one of the inputs", code=2),
    _packing("into the reference", MASK, "is a reference", code=2),
    _packing("into a folder", "d", "d: is a folder", scene=lambda: os.mkdir("d")),
    _packing("into no folder", "d/p.tar", "d/p.tar: cannot be written: the folder does not exist"),
    _packing("on a full disk", "p.tar", "p.tar: cannot be written", limit=4000, apart=True),
    _packing("into a FIFO", "p.tar", "is no regular file", scene=lambda: os.mkfifo("p.tar")),
    _packing("of an exposure that is cut", "p.tar", "a_uncal.fits: .*cut", scene=cut(A, 4000)),
    _packing("of an exposure that is gone", "p.tar", "a_uncal.fits: no such", scene=gone(A)),
    _packing("of a mask that is cut", "p.tar", "mask.fits", scene=cut(MASK, 4000)),
]

USED = [
    BatchCase("pack of another version's order", USES, (), "a", 0, lambda: _repacked(lambda s: s)),
    BatchCase("pack with a file that is no FITS", USES, (), "a", 0, _mask_of_zeros),
    BatchCase("folder with a folder x.fits", (*USES[:3], "refs"), (), "a", 0, _named_masks),
    BatchCase(
        "pack for workers", ("dq_init", A, B, "--refs", PACK, "-j2"), (), "ab", 0, apart=True
    ),
    BatchCase(
        "bad pack for two",
        ("dq_init", A, B, "--refs", PACK),
        ("a_uncal.fits|refs.tar",),
        scene=cut(PACK, 6000),
    ),
    BatchCase(
        "bad pack for workers",
        ("dq_init", A, B, "--refs", PACK, "-j2"),
        ("a_uncal.fits|refs.tar",),
        scene=cut(PACK, 6000),
        apart=True,
    ),
    BatchCase(
        "pack of another detector",
        ("dq_init", A, B, "--refs", PACK),
        ("a_uncal|refs",),
        "b",
        scene=keyword(A, "DETECTOR", "MIRIFULONG"),
    ),
]

CASES = [*BAD, *PACKING, *USED]
