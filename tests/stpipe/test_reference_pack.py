"""References packed with their sums, and packs that must not be trusted."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest
from factories import make_mask

from jwst.errors import ReferenceFileError, ReferenceNotFoundError
from jwst.stpipe.hashing import sha256
from jwst.stpipe.reference_folder import choose_from
from jwst.stpipe.reference_pack import MANIFEST, Packed, folder_of, require_sum, write_pack


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
        require_sum(str(folder / "unpacked"), str(path))


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


def _hostile(member: tarfile.TarInfo, *, twice: bool = False) -> str:
    with tarfile.open("hostile.tar", "w") as tar:
        for _ in range(1 + twice):
            tar.addfile(member, io.BytesIO(b"x" * member.size))
    return "hostile.tar"


@pytest.mark.parametrize(
    "name", ["../out.fits", "a/../../out.fits", "/out.fits", "a//b.fits", ".."]
)
def test_member_that_leaves_the_folder_is_refused(folder: Path, name: str) -> None:
    member = tarfile.TarInfo(name)
    member.size = 1
    with pytest.raises(ReferenceFileError, match="leaves the folder"):
        folder_of(_hostile(member))
    assert not (folder / "out.fits").exists()
    assert not (folder.parent / "out.fits").exists()


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE]
)
def test_member_that_is_no_plain_file_is_refused(folder: Path, kind: bytes) -> None:
    member = tarfile.TarInfo("a.fits")
    member.type, member.linkname = kind, "../../etc/passwd"
    with pytest.raises(ReferenceFileError, match="is no plain file"):
        folder_of(_hostile(member))


def test_member_that_is_there_twice_is_refused(folder: Path) -> None:
    member = tarfile.TarInfo("a.fits")
    member.size = 1
    with pytest.raises(ReferenceFileError, match="is there twice"):
        folder_of(_hostile(member, twice=True))


def test_pack_without_manifest_is_refused(folder: Path) -> None:
    member = tarfile.TarInfo("a.fits")
    member.size = 1
    with pytest.raises(ReferenceFileError, match=r"has no manifest\.json"):
        folder_of(_hostile(member))


@pytest.mark.parametrize(
    "text",
    [
        "not json",
        '{"format": "other", "references": []}',
        '{"format": "strun references 1", "references": [{"name": "../x"}]}',
        '{"format": "strun references 1", "references": [{"name": "x"}]}',
        "[]",
    ],
)
def test_wrong_manifest_is_refused(folder: Path, text: str) -> None:
    (folder / MANIFEST).write_text(text)
    with pytest.raises(ReferenceFileError, match=r"manifest\.json: is no manifest of a pack"):
        choose_from(str(folder), "mask", {})
