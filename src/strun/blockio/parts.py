"""A product as a list of parts, and where each of them will lie in the file."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from strun.blockio.cards import Header
from strun.blockio.copying import Range
from strun.blockio.layout import Encoding, Hdu, data_size, padded

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Part:
    """
    One header-data unit of a product.

    Parameters
    ----------
    name : str or None
        The model's name of the array ('data', 'pixeldq', ...), None for other units.
    header : Header
        Its cards; they say the shape and encoding of what will be written.
    source : Hdu, optional
        The unit of the input that holds the values.
    array : ndarray, optional
        The values, when they are in memory. With neither, the values are zero.
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
