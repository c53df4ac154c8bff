"""Files of a dark as it was subtracted: for the user, and kept for later runs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from jwst.dark_current.dark import Dark
from strun.blockio.cards import Header
from strun.blockio.headers import image_header
from strun.blockio.parts import Part, Place
from strun.blockio.tiles import Tile
from strun.blockio.writer import ProductWriter
from strun.datamodels.covering import Flags

_BLOCK_BYTES = 1 << 20


def write_dark(
    fd: int,
    dark: Dark,
    *,
    primary: Header | None = None,
    flags: Flags | None = None,
    checksum: bool = False,
) -> None:
    """
    Write a dark as a FITS file of its own, a band of rows at a time; flags go into DQ.

    `fd` is the descriptor of an empty file. Without `primary`, the primary header has only
    structural cards.
    """
    header = image_header(None, (), "uint8", base=primary, primary=True)
    header.set("EXTEND", True)
    parts = [Part(None, header), Part("data", image_header("SCI", dark.shape, "float32"))]
    if flags is not None:
        shape = (*dark.shape[:-3], 1, *dark.shape[-2:]) if len(dark.shape) > 3 else dark.shape[1:]
        parts.append(Part("dq", image_header("DQ", shape, "uint32")))
    for part in parts[1:]:
        part.header.set("EXTVER", 1, "extension value", after="EXTNAME")
    writer = ProductWriter(fd, parts, None, checksum=checksum)
    _write_samples(writer, writer.places[1], dark)
    if flags is not None:
        _write_flags(writer, writer.places[2], flags)
    writer.finish(("data", "dq"))


def _bands(shape: tuple[int, ...]) -> Iterator[Tile]:
    ny, nx = shape[-2:]
    step = max(1, _BLOCK_BYTES // (4 * nx))
    for first in range(0, ny, step):
        yield Tile(slice(first, min(first + step, ny)), slice(0, nx))


def _write_samples(writer: ProductWriter, place: Place, dark: Dark) -> None:
    unit = writer.unit_writer(place)
    groups, ny, nx = dark.shape[-3:]
    for integration in range(dark.integrations):
        for group in range(groups):
            for tile in _bands(dark.shape):
                values = dark.read(tile, integration, group).astype(np.float32, copy=False)
                plane = integration * groups + group
                unit.write((plane * ny + tile.rows.start) * nx, values)


def _write_flags(writer: ProductWriter, place: Place, flags: Flags) -> None:
    unit = writer.unit_writer(place)
    ny, nx = place.part.shape[-2:]
    for tile in _bands(place.part.shape):
        for number, plane in enumerate(flags.read(tile).reshape(-1, *tile.shape)):
            unit.write((number * ny + tile.rows.start) * nx, np.ascontiguousarray(plane))
