from __future__ import annotations

import errno
import gzip
import os
import tempfile
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


def packed(path: Path, values: np.ndarray, kind: str) -> Path:
    """Write an empty unit, a compressed image, a plain one and a table."""
    image = fits.CompImageHDU(values, compression_type=kind, name="SCI", quantize_level=4)
    image.header["BUNIT"] = "DN"
    table = fits.BinTableHDU(np.ones(3, [("a", "i4")]), name="T")
    plain = fits.ImageHDU(VALUES[0].astype("u4"), name="DQ")
    fits.HDUList([fits.PrimaryHDU(), image, plain, table]).writeto(path)
    return path


@pytest.mark.parametrize(
    ("kind", "dtype"),
    [*product(LOSSLESS, ["u1", "i2", "u2", "i4"]), ("GZIP_2", "f8"), ("RICE_1", "f4")],
)
def test_open_equals_astropy_when_image_is_compressed(folder: Path, kind: str, dtype: str) -> None:
    values = VALUES.astype(dtype)
    with fits.open(packed(folder / "x.fits", values, kind)) as hdus:
        theirs = hdus["SCI"].data.copy()
    with FitsFile.open("x.fits") as file:
        assert [(h.name, h.kind) for h in file.hdus[1:]] == [
            ("SCI", "image"),
            ("DQ", "image"),
            ("T", "bintable"),
        ]
        assert file.hdus[1].header.get("BUNIT") == "DN"
        mine = file.read_array(file.hdus[1])
        np.testing.assert_array_equal(mine, theirs)
        assert mine.dtype == values.dtype
        np.testing.assert_array_equal(file.read_array(file.hdus[2]), VALUES[0])


@pytest.mark.parametrize("shape", [(600,), (20, 30), (2, 3, 10, 30)])
def test_open_equals_astropy_when_compressed_image_has_other_axes(
    folder: Path, shape: tuple[int, ...]
) -> None:
    values = np.arange(np.prod(shape), dtype="i2").reshape(shape)
    packed(folder / "x.fits", values, "RICE_1")
    with FitsFile.open("x.fits") as file:
        np.testing.assert_array_equal(file.read_array(file.hdus[1]), values)


@pytest.mark.filterwarnings("ignore")
def test_open_raises_only_fits_errors_when_tiles_are_damaged(
    folder: Path, rng: np.random.Generator
) -> None:
    raw = packed(folder / "x.fits", VALUES[0].astype("i2"), "GZIP_1").read_bytes()
    failures = 0
    for _ in range(8):
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
