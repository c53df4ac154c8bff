"""Arrays that turn out to have fewer planes than there is room for in the file."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping

from strun.blockio.copying import Range
from strun.blockio.layout import padded
from strun.blockio.parts import Part, Place

_PIECE = 1 << 20
# what precedes rows and columns of such an array: integrations, planes
_AXIS = 3


def narrowed(parts: list[Part], counts: Mapping[str, int]) -> list[Part]:
    """
    Return the parts of a product with fewer planes in some arrays.

    Parameters
    ----------
    parts : list of Part
        As they were laid out.
    counts : mapping
        How many planes an integration has in the end, by the name of the array (integrations,
        planes, rows, columns).
    """
    return [_narrowed(part, counts.get(str(part.name))) for part in parts]


def _narrowed(part: Part, count: int | None) -> Part:
    if count is None:
        return part
    header = part.header.copy()
    header.set(f"NAXIS{_AXIS}", count)
    return Part(part.name, header, part.source, part.array)


def close_up(fd: int, before: list[Place], after: list[Place], size: int) -> None:
    """
    Move what was written to where it belongs, in place; the rest of each data unit becomes zero.

    Parameters
    ----------
    fd : int
        Descriptor of the product.
    before, after : list of Place
        Where its parts were, and where they are to be: none of them farther back.
    size : int
        Bytes of the product.
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
