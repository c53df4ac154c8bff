"""Writing of a product: headers, whole parts, and blocks of parts in any order."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from itertools import chain
from typing import Any

import numpy as np

from strun.blockio.copying import Background, copied, write_all
from strun.blockio.layout import padded
from strun.blockio.parts import Part, Place, close_up, narrowed, places
from strun.blockio.source import FitsFile
from strun.blockio.together import publish
from strun.blockio.units import UnitReader, UnitWriter
from strun.blockio.values import Value
from strun.errors import InputError

_PIECE = 1 << 20


class ProductWriter:
    """
    A product with a fixed layout: what goes where is known before the first byte is written.

    Values in the headers of its parts may still change, their size not. The arrays that are
    `changed` are written by blocks. What does not change is copied from the input beside other
    work, until `finish` or `close`. With `checksum` every unit gets CHECKSUM and DATASUM.
    """

    def __init__(
        self,
        fd: int,
        parts: list[Part],
        file: FitsFile | None,
        changed: frozenset[str] = frozenset(),
        *,
        checksum: bool = False,
    ) -> None:
        if checksum:
            from strun.blockio.checksum import reserve

            reserve(parts)
        self.fd = fd
        self.file = file
        self.changed = changed
        self.checksum = checksum
        self.places, self.size = places(parts)
        os.ftruncate(fd, self.size)
        copies = [p for p in self.places if p.part.unchanged and p.part.name not in changed]
        pieces = chain.from_iterable(map(self._from_input, copies))
        self._copy = Background(pieces, sum(place.size for place in copies))

    def place(self, name: str) -> Place | None:
        """Return the place of the model's array `name`, None if the product has none."""
        return next((place for place in self.places if place.part.name == name), None)

    def set_keywords(self, values: Mapping[str, Value]) -> None:
        """Give keywords of the primary header other values of the same length; None removes one."""
        header = self.places[0].part.header
        size = header.size
        for keyword, value in values.items():
            header.put(keyword, value)
        # what is behind it does not move for a card less
        header.pad(size)

    def keep_planes(self, counts: Mapping[str, int]) -> None:
        """Keep so many planes of each integration of some arrays; all blocks are written."""
        if counts:
            self._copy.finish()
            before = self.places
            self.places, self.size = places(narrowed([place.part for place in before], counts))
            close_up(self.fd, before, self.places, self.size)

    def unit_writer(self, place: Place) -> UnitWriter:
        """Return a writer of blocks of the place's data unit."""
        return UnitWriter(self.fd, place.data_offset, place.part.encoding)

    def write_values(self, place: Place) -> None:
        """Write a part: from memory, copied or converted from the input, or zeros."""
        part, array = place.part, place.part.array
        if array is None:
            for _ in self._from_input(place):
                continue
        elif array.dtype.names:
            write_all(self.fd, _table_bytes(array), place.data_offset)
        elif array.shape != part.shape:
            raise InputError(
                f"array {part.name} does not have the shape {part.shape} of its header"
            )
        else:
            unit, step = self.unit_writer(place), _PIECE // part.encoding.itemsize
            flat = np.ascontiguousarray(array, part.encoding.dtype).reshape(-1)
            for first in range(0, flat.size, step):
                unit.write(first, flat[first : first + step])

    def _from_input(self, place: Place) -> Iterator[None]:
        if place.part.raw and self.file is not None:
            return copied(self.file.fd, self.fd, [place.copied])
        return self._converted(place)

    def _converted(self, place: Place) -> Iterator[None]:
        """Write the input's values in another encoding, or zeros where there are none."""
        part = place.part
        if part.source is None and not part.encoding.bzero:
            # the file was made of zero bytes, which mean zero already
            return
        unit, reader = self.unit_writer(place), None
        step = _PIECE // part.encoding.itemsize
        total = part.size // part.encoding.itemsize
        block = np.zeros(min(step, total), part.encoding.dtype)
        if part.source is not None and self.file is not None:
            reader = UnitReader(self.file.fd, part.source.data_offset, part.source.encoding)
        for first in range(0, total, step):
            values = block[: min(step, total - first)]
            if reader is not None:
                reader.read(first, values)
            unit.write(first, values)
            yield

    def write_headers(self) -> None:
        """Write all headers; they must have the size that the layout was made with."""
        for place in self.places:
            raw = place.part.header.to_bytes()
            if len(raw) != place.data_offset - place.header_offset:
                raise ValueError(f"the header of {place.part.name} grew after the layout was made")
            write_all(self.fd, raw, place.header_offset)
            if place.part.source is not None and place.part.source.kind == "table":
                tail = padded(place.size) - place.size
                write_all(self.fd, b" " * tail, place.data_offset + place.size)

    def finish(self, written: Collection[str] = ()) -> None:
        """Write all that was not `written` by blocks, and the headers."""
        for place in self.places:
            name, part = place.part.name, place.part
            if name not in written and (not part.unchanged or name in self.changed):
                self.write_values(place)
        self.write_headers()
        self._copy.finish()
        if self.checksum:
            from strun.blockio.checksum import take_sums

            take_sums(self.fd, self.places)
            self.write_headers()

    def close(self) -> None:
        """Stop copying."""
        self._copy.stop()


def _table_bytes(table: np.ndarray[Any, Any]) -> bytes:
    rows = table.copy()
    for name in rows.dtype.names or ():
        base = rows.dtype[name].base
        if base.kind == "u" and base.itemsize > 1:
            # FITS tables have signed integers only; TZERO turns the sign
            rows[name] ^= base.type(1 << (8 * base.itemsize - 1))
    return rows.astype(rows.dtype.newbyteorder(">")).tobytes()


def write_fits(
    path: str,
    parts: list[Part],
    file: FitsFile | None = None,
    *,
    durable: bool = False,
    checksum: bool = False,
) -> None:
    """
    Write a whole product, which takes its name, or an older one's place, when it is complete.

    `file` is the input, for parts with a source. Raises OutputError when it cannot be written;
    nothing is left behind.
    """
    with publish(path, durable=durable) as fd:
        with closing(ProductWriter(fd, parts, file, checksum=checksum)) as product:
            product.finish()
        if file is not None:
            file.require_unchanged()
