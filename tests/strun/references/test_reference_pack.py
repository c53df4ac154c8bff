"""References packed with their sums, and packs that must not be trusted."""

from __future__ import annotations

import io
import json
import os
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from factories import make_mask
from odd_packs import entry, hostile, manifest, member, sparse_pack

from strun.errors import ReferenceFileError, ReferenceNotFoundError
from strun.references import reference_pack
from strun.references.hashing import sha256
from strun.references.reference_folder import choose_from
from strun.references.reference_manifest import MANIFEST
from strun.references.reference_pack import (
    Packed,
    folder_of,
    require_checksum,
    write_pack,
)


@pytest.fixture
def pack(mask: Path, linearity: Path) -> Path:
    """Return a pack of two references."""
    packed = [
        Packed(str(mask), "mask", None, ("x_uncal.fits",)),
        Packed(str(linearity), "linearity", "jwst_0001.pmap", ("y.fits", "x_uncal.fits")),
    ]
    write_pack("refs.tar", packed)
    return Path("refs.tar").absolute()


def _manifest(pack: Path) -> list[dict[str, object]]:
    with tarfile.open(pack) as tar:
        stream = tar.extractfile(MANIFEST)
        assert stream is not None
        found: list[dict[str, object]] = json.load(stream)["references"]
    return found


def test_manifest_names_sums_kinds_and_exposures(pack: Path, linearity: Path) -> None:
    assert _manifest(pack)[0] == {
        "name": "linearity.fits",
        "reftype": "linearity",
        "sha256": sha256(str(linearity)),
        "size": linearity.stat().st_size,
        "crds": "jwst_0001.pmap",
        "exposures": ["x_uncal.fits", "y.fits"],
    }


def test_same_references_give_the_same_bytes(pack: Path, mask: Path, linearity: Path) -> None:
    packed = [
        Packed(str(linearity), "linearity", "jwst_0001.pmap", ("x_uncal.fits", "y.fits")),
        Packed(str(mask), "mask", None, ("x_uncal.fits",)),
    ]
    write_pack("again.tar", packed)
    assert Path("again.tar").read_bytes() == pack.read_bytes()


def test_unpacked_files_are_the_packed_ones(pack: Path, mask: Path) -> None:
    assert (Path(folder_of(str(pack))) / "mask.fits").read_bytes() == mask.read_bytes()


def test_two_references_of_one_name_are_both_packed(folder: Path, mask: Path) -> None:
    (folder / "other").mkdir()
    other = make_mask(folder / "other" / "mask.fits", names=("DEAD",))
    write_pack("two.tar", [Packed(str(p), "mask", None, (p.parent.name,)) for p in (mask, other)])
    place = folder_of("two.tar")
    found = choose_from(place, "mask", {"meta.filename": "other"}).path
    assert Path(found).read_bytes() == other.read_bytes()


def test_pack_serves_the_exposures_that_it_was_made_for(pack: Path) -> None:
    chosen = choose_from(folder_of(str(pack)), "mask", {"meta.filename": "x_uncal.fits"})
    assert chosen.reason.endswith("packed for this exposure")


def test_changed_file_of_an_unpacked_folder_is_refused(pack: Path, folder: Path) -> None:
    with tarfile.open(pack) as tar:
        tar.extractall(folder / "unpacked", filter="data")
    path = folder / "unpacked" / "mask.fits"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(ReferenceFileError, match=r"mask\.fits: its SHA-256 is"):
        require_checksum(str(folder / "unpacked"), str(path))


def test_cut_pack_is_refused(pack: Path) -> None:
    pack.write_bytes(pack.read_bytes()[:20000])
    with pytest.raises(ReferenceFileError, match=r"refs\.tar: cannot be unpacked"):
        folder_of(str(pack))


def test_file_that_is_no_pack_is_refused(mask: Path) -> None:
    with pytest.raises(ReferenceFileError, match=r"mask\.fits: cannot be unpacked"):
        folder_of(str(mask))


def test_missing_pack_is_told(folder: Path) -> None:
    with pytest.raises(ReferenceNotFoundError, match=r"gone\.tar: no such folder or pack"):
        folder_of("gone.tar")


@pytest.fixture
def private(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder that packs are unpacked into."""
    (folder / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "tmp"))
    return folder / "tmp"


@pytest.mark.parametrize(
    "name", ["../out.fits", "a/../../out.fits", "/out.fits", "a//b.fits", "..", "b.fits", "a"]
)
def test_member_that_is_not_listed_is_refused(private: Path, name: str) -> None:
    with pytest.raises(ReferenceFileError, match=r"is not in its manifest\.json, or is"):
        folder_of(hostile(manifest(entry()), member(name)))
    assert {path.name for path in private.parent.rglob("*")} == {"hostile.tar", "tmp"}


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE]
)
def test_member_that_is_no_plain_file_is_refused(private: Path, kind: bytes) -> None:
    link = member()
    link.type, link.linkname = kind, "../../etc/passwd"
    with pytest.raises(ReferenceFileError, match=r"'a\.fits' is no plain file"):
        folder_of(hostile(manifest(entry()), link))
    assert not list(private.iterdir())


def test_member_that_is_there_twice_is_refused(private: Path) -> None:
    with pytest.raises(ReferenceFileError, match="is there twice"):
        folder_of(hostile(manifest(entry()), member(), member()))
    assert not list(private.iterdir())


def test_member_with_holes_is_refused(private: Path) -> None:
    with pytest.raises(ReferenceFileError, match=r"'a\.fits' is no plain file"):
        folder_of(sparse_pack(1 << 20))
    assert not list(private.iterdir())


@pytest.mark.parametrize("size", [0, 2])
def test_member_of_another_size_than_listed_is_refused(private: Path, size: int) -> None:
    with pytest.raises(ReferenceFileError, match=f"has {size} bytes, and 1 in its manifest"):
        folder_of(hostile(manifest(entry()), member(size=size)))


def test_pack_that_lacks_what_it_lists_is_refused(private: Path) -> None:
    with pytest.raises(ReferenceFileError, match=r"lacks a\.fits of its manifest\.json; it is cut"):
        folder_of(hostile(manifest(entry())))
    assert not list(private.iterdir())


def test_pack_that_is_larger_than_the_disk_is_refused_before_it_is_unpacked(private: Path) -> None:
    with pytest.raises(ReferenceFileError, match="its files take 9,999,999,999,999,999 bytes"):
        folder_of(hostile(manifest(entry(size=9_999_999_999_999_999)), member()))


@pytest.mark.parametrize(
    "pack",
    [
        lambda: hostile(b"", format=tarfile.USTAR_FORMAT),
        lambda: hostile(b"\0" * 600),
        lambda: hostile(b"[" * 100_000),
    ],
    ids=["empty", "zeros", "deep"],
)
def test_pack_whose_manifest_is_none_is_refused(private: Path, pack: Callable[[], str]) -> None:
    with pytest.raises(ReferenceFileError, match=r"hostile\.tar: manifest\.json: is no manifest"):
        folder_of(pack())
    assert not list(private.iterdir())


def test_pack_that_does_not_begin_with_a_manifest_is_refused(private: Path) -> None:
    with tarfile.open("other.tar", "w") as tar:
        tar.addfile(member(), io.BytesIO(b"x"))
        tar.addfile(member(MANIFEST, 2), io.BytesIO(b"{}"))
    with pytest.raises(ReferenceFileError, match=r"does not begin with manifest\.json"):
        folder_of("other.tar")


def test_names_behind_names_are_refused(private: Path) -> None:
    name = tarfile.TarInfo("././@LongLink")
    name.type, name.size = tarfile.GNUTYPE_LONGNAME, 512
    with pytest.raises(ReferenceFileError, match=r"hostile\.tar: cannot be unpacked: .*; get a"):
        folder_of(hostile(manifest(entry()), *[name] * 2000))
    assert not list(private.iterdir())


@pytest.mark.parametrize("name", ["a\\b.fits", "a\nb.fits", "a\udcffb.fits", MANIFEST])
def test_reference_whose_name_a_pack_cannot_hold_is_refused(folder: Path, name: str) -> None:
    make_mask(folder / "mask.fits").rename(os.fsdecode(name))
    with pytest.raises(ReferenceFileError, match="its name cannot be packed; expected"):
        write_pack("refs.tar", [Packed(os.path.abspath(name), "mask", None, ())])
    assert not Path("refs.tar").exists()


def test_reference_that_changes_while_it_is_packed_is_told(mask: Path) -> None:
    with tarfile.open("refs.tar", "w") as tar:
        with pytest.raises(ReferenceFileError, match="was changed while it was packed"):
            reference_pack._add(tar, str(mask), member("mask.fits", 2880))
        with pytest.raises(ReferenceFileError, match=r"gone: cannot be read: No such file"):
            reference_pack._add(tar, "gone", member("mask.fits", 2880))
