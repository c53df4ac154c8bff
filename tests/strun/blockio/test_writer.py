from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from strun.blockio import writer
from strun.blockio.headers import image_header
from strun.blockio.parts import Part
from strun.blockio.source import FitsFile
from strun.blockio.writer import ProductWriter, write_fits
from strun.errors import InputError, OutputError

KINDS = ["uint8", "int8", "int16", "uint16", "int32", "uint32", "uint64", "float32", "float64"]


@pytest.fixture
def file(folder: Path) -> Iterator[FitsFile]:
    """Return a file with images, a table with a heap, and an ASCII table."""
    lists = np.array([np.arange(1), np.arange(4)], object)
    units = [
        fits.PrimaryHDU(),
        fits.ImageHDU(np.arange(60, dtype="u2").reshape(3, 4, 5), name="SCI"),
        fits.BinTableHDU.from_columns([fits.Column("v", "PJ()", array=lists)], name="LISTS"),
        fits.TableHDU.from_columns([fits.Column("n", "I6", array=np.arange(4))], name="ASCII"),
    ]
    fits.HDUList(units).writeto("in.fits")
    with FitsFile.open(folder / "in.fits") as opened:
        yield opened


def same(file: FitsFile) -> list[Part]:
    """Return parts that keep every unit of a file."""
    return [Part(None, hdu.header.copy(), hdu) for hdu in file.hdus]


def test_write_fits_gives_same_bytes_when_nothing_changes(file: FitsFile) -> None:
    write_fits("out.fits", same(file), file)
    assert Path("out.fits").read_bytes() == Path("in.fits").read_bytes()


@pytest.mark.parametrize("dtype", KINDS)
def test_write_fits_is_verified_by_astropy_when_array_is_in_memory(
    file: FitsFile, dtype: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "_PIECE", 64)
    values = np.arange(100).astype(dtype).reshape(10, 10)
    part = Part("data", image_header("SCI", (10, 10), dtype), array=values)
    write_fits("out.fits", [same(file)[0], part, *same(file)[2:]], file)
    with fits.open("out.fits") as hdus:
        hdus.verify("exception")
        np.testing.assert_array_equal(hdus["SCI"].data, values)
        assert hdus["SCI"].data.dtype.newbyteorder("=") == dtype
        assert [row.tolist() for row in hdus["LISTS"].data["v"]] == [[0], [0, 1, 2, 3]]
        assert hdus["ASCII"].data["n"].tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("dtype", ["float32", "uint32", "uint8"])
def test_write_fits_converts_when_encoding_differs(
    file: FitsFile, dtype: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "_PIECE", 64)
    header = image_header("SCI", (3, 4, 5), dtype, base=file.hdus[1].header)
    write_fits("out.fits", [same(file)[0], Part("data", header, file.hdus[1])], file)
    with fits.open("out.fits") as hdus:
        np.testing.assert_array_equal(hdus["SCI"].data.ravel(), np.arange(60))


@pytest.mark.parametrize("dtype", KINDS)
def test_write_fits_writes_zeros_when_part_has_no_values(file: FitsFile, dtype: str) -> None:
    part = Part("dq", image_header("DQ", (7, 9), dtype))
    write_fits("out.fits", [same(file)[0], part], None)
    with fits.open("out.fits") as hdus:
        np.testing.assert_array_equal(hdus["DQ"].data, np.zeros((7, 9)))


def test_write_fits_writes_table_when_it_is_in_memory(file: FitsFile) -> None:
    values = np.zeros(3, [("a", "i4"), ("u", "u2"), ("s", "S4"), ("v", "u4", (2,))])
    values["u"], values["v"][:] = [0, 1, 65535], 2**31
    values["s"] = [b"a", b"bcd", b""]
    made = fits.BinTableHDU(values, name="T")
    header = type(file.hdus[0].header).parse(made.header.tostring().encode())
    write_fits("out.fits", [same(file)[0], Part("t", header, array=values)], file)
    with fits.open("out.fits") as hdus:
        for name in values.dtype.names or ():
            found = np.asarray(hdus["T"].data[name])
            np.testing.assert_array_equal(found, values[name].astype(found.dtype))


def test_write_fits_refuses_when_array_has_another_shape(file: FitsFile) -> None:
    part = Part("data", image_header("SCI", (2, 2), "uint8"), array=np.zeros((2, 3), "u1"))
    with pytest.raises(InputError, match=r"array data does not have the shape \(2, 2\)"):
        write_fits("out.fits", [part], None)
    assert sorted(os.listdir()) == ["in.fits"]


@pytest.mark.parametrize("name", ["pwrite", "copy_file_range", "ftruncate"])
def test_write_fits_leaves_older_product_when_disk_becomes_full(
    file: FitsFile, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def full(*_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    Path("out.fits").write_bytes(b"old")
    monkeypatch.setattr(os, name, full)
    with pytest.raises(OutputError, match="out.fits: cannot be written: no space left"):  # noqa: RUF043
        write_fits("out.fits", same(file), file)
    assert Path("out.fits").read_bytes() == b"old"
    assert sorted(os.listdir()) == ["in.fits", "out.fits"]


def test_unit_writer_gives_same_bytes_when_blocks_come_in_any_order(
    file: FitsFile, rng: np.random.Generator
) -> None:
    values = rng.normal(size=(6, 7)).astype("float32")
    with open("x", "wb") as stream:
        product = ProductWriter(
            stream.fileno(),
            [Part("data", image_header(None, (6, 7), "float32", primary=True))],
            None,
        )
        place = product.place("data")
        assert place is not None
        unit = product.unit_writer(place)
        for row in rng.permutation(6):
            unit.write(7 * int(row), values[row])
        product.write_headers()
    np.testing.assert_array_equal(fits.getdata("x"), values)
    assert product.place("err") is None


def test_write_headers_refuses_when_a_header_grew(file: FitsFile) -> None:
    with open("x", "wb") as stream:
        product = ProductWriter(stream.fileno(), same(file), file)
        for number in range(40):
            product.places[0].part.header.set(f"K{number}", number)
        with pytest.raises(ValueError, match="grew after the layout was made"):
            product.write_headers()


def test_arrays_that_change_are_not_copied(file: FitsFile) -> None:
    parts = same(file)
    parts[1].name = "data"
    with open("x", "w+b") as stream:
        product = ProductWriter(stream.fileno(), parts, file, frozenset({"data"}))
        product.finish(("data",))
        place = product.places[1]
        assert not any(os.pread(stream.fileno(), place.size, place.data_offset))
