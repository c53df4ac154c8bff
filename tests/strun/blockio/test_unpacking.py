from __future__ import annotations

import errno
import gzip
import os
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from strun.blockio.source import FitsFile
from strun.blockio.unpacking import nameless
from strun.errors import FitsError, InputError, OutputError

VALUES = np.random.default_rng(5).integers(0, 100, (3, 20, 30))
LOSSLESS = ["RICE_1", "GZIP_1", "GZIP_2", "HCOMPRESS_1", "NOCOMPRESS"]
PACKINGS = [*product(LOSSLESS, ["u1", "i2", "u2", "i4"]), ("GZIP_2", "f8"), ("RICE_1", "f4")]
SHAPES = [(600,), (20, 30), (2, 3, 10, 30)]


def packed(path: Path, values: np.ndarray, kind: str) -> Path:
    """Write an empty unit, a compressed image, a plain one and a table."""
    image = fits.CompImageHDU(values, compression_type=kind, name="SCI", quantize_level=4)
    image.header["BUNIT"] = "DN"
    table = fits.BinTableHDU(np.ones(3, [("a", "i4")]), name="T")
    plain = fits.ImageHDU(VALUES[0].astype("u4"), name="DQ")
    fits.HDUList([fits.PrimaryHDU(), image, plain, table]).writeto(path)
    return path


# a decoder runs in a process of its own: all packings are in one file
@pytest.fixture(scope="module")
def packings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with an image in each packing, named by its place in `PACKINGS`."""
    path = tmp_path_factory.mktemp("packings") / "x.fits"
    images = [
        fits.CompImageHDU(
            VALUES.astype(dtype), compression_type=kind, name=f"I{number}", quantize_level=4
        )
        for number, (kind, dtype) in enumerate(PACKINGS)
    ]
    axes = [
        fits.CompImageHDU(_counted(shape), compression_type="RICE_1", name=f"A{len(shape)}")
        for shape in SHAPES
    ]
    fits.HDUList([fits.PrimaryHDU(), *images, *axes]).writeto(path)
    return path


@pytest.fixture(scope="module")
def opened(packings: Path) -> Iterator[FitsFile]:
    """Return that file, opened."""
    with FitsFile.open(packings) as file:
        yield file


def _counted(shape: tuple[int, ...]) -> np.ndarray:
    return np.arange(np.prod(shape), dtype="i2").reshape(shape)


@pytest.mark.parametrize("number", range(len(PACKINGS)), ids=["-".join(each) for each in PACKINGS])
def test_open_equals_astropy_when_image_is_compressed(
    packings: Path, opened: FitsFile, number: int
) -> None:
    with fits.open(packings) as hdus:
        theirs = hdus[f"I{number}"].data.copy()
    mine = opened.read_array(opened.hdus[1 + number])
    assert mine.dtype == np.dtype(PACKINGS[number][1])
    np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize("shape", SHAPES)
def test_open_equals_what_was_packed_when_image_has_other_axes(
    opened: FitsFile, shape: tuple[int, ...]
) -> None:
    [hdu] = [each for each in opened.hdus if each.name == f"A{len(shape)}"]
    np.testing.assert_array_equal(opened.read_array(hdu), _counted(shape))


def test_open_has_all_units_when_one_is_compressed(folder: Path) -> None:
    packed(folder / "x.fits", VALUES.astype("i2"), "RICE_1")
    with FitsFile.open("x.fits") as file:
        assert [(h.name, h.kind) for h in file.hdus[1:]] == [
            ("SCI", "image"),
            ("DQ", "image"),
            ("T", "bintable"),
        ]
        assert file.hdus[1].header.get("BUNIT") == "DN"
        np.testing.assert_array_equal(file.read_array(file.hdus[2]), VALUES[0])


@pytest.mark.filterwarnings("ignore")
def test_open_raises_only_fits_errors_when_tiles_are_damaged(
    folder: Path, rng: np.random.Generator
) -> None:
    raw = packed(folder / "x.fits", VALUES[0].astype("i2"), "GZIP_1").read_bytes()
    failures = 0
    for _ in range(3):
        damaged = bytearray(raw)
        for place in rng.integers(5760, 7500, 4):
            damaged[place] ^= 255
        Path("y.fits").write_bytes(damaged)
        try:
            FitsFile.open("y.fits").close()
        except FitsError as err:
            assert str(err).startswith("y.fits: ")  # noqa: PT017
            failures += 1
    assert failures


@pytest.fixture
def zipped(folder: Path) -> Path:
    """Return a zipped file."""
    fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(VALUES)]).writeto("x.fits")
    Path("x.fits.gz").write_bytes(gzip.compress(Path("x.fits").read_bytes()))
    return folder / "x.fits.gz"


def test_open_equals_plain_file_when_it_is_zipped(zipped: Path) -> None:
    with FitsFile.open(zipped) as file, FitsFile.open("x.fits") as plain:
        assert file.path == str(zipped)
        assert os.fstat(file.fd).st_size == os.fstat(plain.fd).st_size
        np.testing.assert_array_equal(file.read_array(file.hdus[1]), VALUES)


@pytest.mark.parametrize("cut", [2, 10, 500, -4])
def test_open_says_so_when_zipped_file_is_cut(zipped: Path, cut: int) -> None:
    zipped.write_bytes(zipped.read_bytes()[:cut])
    with pytest.raises(FitsError, match=r"x\.fits\.gz: .*(gzip file is damaged|is empty)"):
        FitsFile.open(zipped)


@pytest.mark.parametrize("place", [-8, -5, 300])
def test_open_says_so_when_check_sum_is_wrong(zipped: Path, place: int) -> None:
    raw = bytearray(zipped.read_bytes())
    raw[place] ^= 1
    zipped.write_bytes(raw)
    with pytest.raises(FitsError, match=r"the gzip file is damaged .* get a whole copy"):
        FitsFile.open(zipped)


def test_open_says_so_when_temporary_folder_is_full(
    zipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> bytes:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(gzip.GzipFile, "read", full)
    with pytest.raises(OutputError, match=r"cannot be unpacked in .*No space left.*set TMPDIR"):
        FitsFile.open(zipped)


def test_open_says_so_when_no_temporary_can_be_made(
    zipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")
    with pytest.raises(OutputError, match=r"no temporary file can be made: No such file.*TMPDIR"):
        FitsFile.open(zipped)


def test_nameless_leaves_no_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    with pytest.raises(InputError, match="is empty"):
        FitsFile("<x>", nameless(b""))
    assert list(folder.iterdir()) == []
