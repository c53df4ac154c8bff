from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np
import pytest
from astropy.io import fits

from strun.blockio.headers import image_header
from strun.blockio.parts import Part
from strun.blockio.source import FitsFile
from strun.blockio.tiles import Tile
from strun.blockio.writer import ProductWriter
from strun.engine.arrays import MemoryArray, PartReader, PartWriter

VALUES = np.random.default_rng(4).integers(0, 60000, (2, 3, 5, 7)).astype("uint16")
IMAGE = Tile(slice(0, 5), slice(0, 7))
BLOCKS = [
    (IMAGE, slice(0, 6)),
    (IMAGE, slice(2, 3)),
    (Tile(slice(1, 3), slice(0, 7)), slice(0, 6)),
    (Tile(slice(4, 5), slice(0, 7)), slice(5, 6)),
    (Tile(slice(0, 5), slice(2, 3)), slice(0, 6)),
    (Tile(slice(1, 4), slice(3, 7)), slice(1, 3)),
]


@pytest.fixture
def file(folder: Path) -> Iterator[FitsFile]:
    """Return a file of unsigned integers."""
    fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(VALUES, name="SCI")]).writeto("in.fits")
    with FitsFile.open(folder / "in.fits") as opened:
        yield opened


@pytest.fixture
def stream(folder: Path) -> Iterator[IO[bytes]]:
    """Return the file of the product."""
    with open("out.fits", "w+b") as opened:
        yield opened


def writer_of(part: Part, file: FitsFile | None, stream: IO[bytes]) -> PartWriter:
    """Return the blocks of a product's second part, to be written."""
    first = Part(None, image_header(None, (), "uint8", primary=True))
    product = ProductWriter(stream.fileno(), [first, part], file, frozenset({part.name}))
    product.write_headers()
    return PartWriter(product, product.places[1])


@pytest.mark.parametrize(("tile", "groups"), BLOCKS)
@pytest.mark.parametrize("held", [False, True])
def test_load_gives_block_in_native_order(
    file: FitsFile, tile: Tile, groups: slice, held: bool
) -> None:
    header = image_header("SCI", VALUES.shape, "float32")
    part = Part("data", header, file.hdus[1], VALUES + 1 if held else None)
    array = PartReader(part, file)
    block = array.load(tile, groups)
    assert (array.shape, array.dtype, block.dtype) == ((6, 5, 7), np.dtype("=f4"), np.dtype("=f4"))
    np.testing.assert_array_equal(block, VALUES.reshape(6, 5, 7)[(groups, *tile)] + held)


def test_load_gives_zeros_when_part_has_no_values() -> None:
    array = PartReader(Part("dq", image_header("DQ", (5, 7), "uint32")), None)
    array.load(IMAGE, slice(0, 1)).fill(9)
    assert not array.load(Tile(slice(0, 2), slice(0, 7)), slice(0, 1)).any()


def test_load_leaves_model_when_block_is_changed(file: FitsFile) -> None:
    mine = VALUES.astype("float32")
    header = image_header("SCI", VALUES.shape, "float32")
    array = PartReader(Part("data", header, None, mine), file)
    array.load(IMAGE, slice(0, 6)).fill(0)
    np.testing.assert_array_equal(mine, VALUES)


@pytest.mark.parametrize("dtype", ["float32", "uint16"])
def test_store_writes_every_block(file: FitsFile, stream: IO[bytes], dtype: str) -> None:
    part = Part("data", image_header("SCI", VALUES.shape, dtype), file.hdus[1])
    source, target = PartReader(part, file), writer_of(part, file, stream)
    for rows in (slice(3, 5), slice(0, 3)):
        for columns in (slice(0, 7), slice(2, 3)) if rows.start else (slice(0, 4), slice(4, 7)):
            for groups in (slice(4, 6), slice(0, 4)):
                tile = Tile(rows, columns)
                block = source.load(tile, groups)
                block += 1
                target.store(tile, groups, block)
    stream.flush()
    with fits.open("out.fits") as hdus:
        np.testing.assert_array_equal(hdus["SCI"].data, VALUES + 1)


def test_memory_array_gives_views() -> None:
    values = VALUES.copy()
    array = MemoryArray(values)
    tile = Tile(slice(1, 3), slice(2, 5))
    block = array.load(tile, slice(4, 6))
    assert np.shares_memory(block, values)
    block[:] = 7
    array.store(tile, slice(4, 6), block)
    assert (values[1, 1:, 1:3, 2:5] == 7).all()
    assert (array.shape, array.dtype.itemsize) == ((6, 5, 7), 2)


def test_memory_array_stores_when_values_are_no_view() -> None:
    values = VALUES.copy()
    MemoryArray(values).store(IMAGE, slice(0, 1), np.zeros((1, 5, 7), "uint16"))
    assert not values[0, 0].any()
    np.testing.assert_array_equal(values[0, 1:], VALUES[0, 1:])


def test_memory_array_gives_copies_of_what_it_was_when_asked_to() -> None:
    values = VALUES.copy()
    array = MemoryArray(values, keep_source=True)
    for _ in range(2):
        block = array.load(IMAGE, slice(0, 6))
        block += 1
        array.store(IMAGE, slice(0, 6), block)
    np.testing.assert_array_equal(values, VALUES + 1)
