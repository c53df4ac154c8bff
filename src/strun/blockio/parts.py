"""A product as a list of parts: where each lies in the file, and closing the room left over."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from strun.blockio.cards import Header
from strun.blockio.copying import Range
from strun.blockio.layout import Encoding, Hdu, data_size, padded

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PIECE = 1 << 20
# what precedes rows and columns of an array that may be narrowed: integrations, planes
_AXIS = 3


class Part:
    """
    One header-data unit of a product.

    Its name is the model's of the array ('data', 'pixeldq', ...), None for other units. The header
    says the shape and encoding of what will be written: the values of an array in memory, else
    those of `source`, a unit of the input, else zeros.
    """

    def __init__(
        self,
        name: str | None,
        header: Header,
        source: Hdu | None = None,
        array: NDArray[Any] | None = None,
    ) -> None:
        self.name = name
        self.header = header
        self.source = source
        self.array = array

    @cached_property
    def _as_hdu(self) -> Hdu:
        return Hdu(1, self.header, 0, 0, 0)

    @property
    def shape(self) -> tuple[int, ...]:
        """Axes of what will be written, in numpy's order."""
        return self._as_hdu.shape

    @property
    def encoding(self) -> Encoding:
        """How the numbers will be written."""
        return self._as_hdu.encoding

    @property
    def raw(self) -> bool:
        """Whether the bytes of the input are the bytes of the product."""
        if self.source is None or self.array is not None:
            return False
        return self.source.kind != "image" or (
            self.source.encoding == self.encoding and self.source.shape == self.shape
        )

    @property
    def unchanged(self) -> bool:
        """Whether the values are those that a unit of the input holds."""
        return self.source is not None and self.array is None

    @cached_property
    def size(self) -> int:
        """Bytes of the data unit, without padding."""
        return data_size(self.header)


class Place(NamedTuple):
    """A part and its offsets in the product, in bytes."""

    part: Part
    header_offset: int
    data_offset: int
    size: int

    @property
    def copied(self) -> Range:
        """The copy that fills its data unit, for a part that is raw."""
        source = self.part.source
        if source is None:
            raise ValueError("a part without a source cannot be copied")
        return Range(source.data_offset, self.data_offset, self.size)


def places(parts: list[Part]) -> tuple[list[Place], int]:
    """Return where each part lies, and the size of the whole file."""
    found, offset = [], 0
    for part in parts:
        data_offset = offset + part.header.size
        size = part.size
        found.append(Place(part, offset, data_offset, size))
        offset = data_offset + padded(size)
    return found, offset


def narrowed(parts: list[Part], counts: Mapping[str, int]) -> list[Part]:
    """
    Return the parts of a product with fewer planes in some arrays.

    `counts` says how many planes an integration has in the end, by the name of the array
    (integrations, planes, rows, columns).
    """
    found = list(parts)
    for number, part in enumerate(parts):
        if part.name is not None and part.name in counts:
            header = part.header.copy()
            header.set(f"NAXIS{_AXIS}", counts[part.name])
            found[number] = Part(part.name, header, part.source, part.array)
    return found


def close_up(fd: int, before: list[Place], after: list[Place], size: int) -> None:
    """
    Move what was written to where it belongs, in place; the rest of each data unit becomes zero.

    No part may be farther back than before.
    """
    for old, new in zip(before, after, strict=True):
        if new.part.array is not None:
            # not written yet
            continue
        for piece in _ranges(old, new):
            _move(fd, piece)
        end = new.data_offset + new.size
        os.pwrite(fd, bytes(padded(new.size) - new.size), end)
    os.ftruncate(fd, size)


def _ranges(old: Place, new: Place) -> Iterator[Range]:
    """Yield what is to be moved, from the front to the back."""
    if old.size == new.size:
        yield Range(old.data_offset, new.data_offset, new.size)
        return
    room, kept = (place.part.shape[-_AXIS] for place in (old, new))
    plane = math.prod(new.part.shape[1 - _AXIS :]) * new.part.encoding.itemsize
    for number in range(math.prod(new.part.shape[:-_AXIS])):
        source, target = (
            start + number * planes * plane
            for start, planes in ((old.data_offset, room), (new.data_offset, kept))
        )
        yield Range(source, target, kept * plane)


def _move(fd: int, piece: Range) -> None:
    """Copy bytes towards the front of a file, where they may overlap."""
    source, target, left = piece
    while left and source != target:
        data = os.pread(fd, min(_PIECE, left), source)
        if not data:
            raise OSError(f"the file ends {left} bytes too early")
        done = os.pwrite(fd, data, target)
        source, target, left = source + done, target + done, left - done
