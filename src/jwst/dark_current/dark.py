"""The dark of each group of an exposure, by tiles, and files of it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from strun.blockio.cards import Header
from strun.blockio.headers import image_header
from strun.blockio.parts import Part, Place
from strun.blockio.rows import Rows
from strun.blockio.tiles import Tile
from strun.blockio.writer import ProductWriter
from strun.datamodels.covering import Flags

_BLOCK_BYTES = 1 << 20


class Dark:
    """
    The dark of an exposure: groups of the reference as they are, or averaged from its frames.

    The reference is (groups, rows, columns), or (integrations, groups, rows, columns), in DN. No
    more than a few planes of a tile are in memory, however long it is.
    """

    def __init__(self, rows: Rows, readout: Readout, science: Readout, *, nints: int) -> None:
        self.rows = rows
        self.science = science
        self.known = rows.shape[-3]
        missing = missing_groups(science, readout)
        self.available = self.known + missing
        # as in jwst, all of a dark that was extrapolated is in double precision
        self.dtype = np.float64 if missing else np.float32
        self.averaged = not science.alike(readout)
        self.integrations = rows.shape[0] if len(rows.shape) == 4 else 1
        # as in jwst, integrations that the exposure does not have are not averaged, but zero
        self.made = min(self.integrations, nints) if self.averaged else self.integrations

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of all of it: integrations (if the reference has them), groups, rows, columns."""
        groups = self.science.ngroups if self.averaged else self.available
        return (*self.rows.shape[:-3], groups, *self.rows.shape[-2:])

    def own(self) -> Dark:
        """Return the same dark for another worker."""
        mine = copy.copy(self)
        mine.rows = self.rows.own()
        return mine

    def read(self, tile: Tile, integration: int, group: int) -> NDArray[Any]:
        """Return the dark of a group (rows, columns), without NaN."""
        if integration >= self.made:
            return np.zeros(tile.shape, np.float32)

        def frame(number: int) -> NDArray[Any]:
            return self._frame(tile, integration, number)

        if not self.averaged:
            return frame(group)
        return taken(frame, group, self.science, available=self.available)

    def _frame(self, tile: Tile, integration: int, number: int) -> NDArray[Any]:
        """Return a group of the reference, or one behind its last."""
        start = integration * self.known
        if number < self.known:
            found: NDArray[Any] = self.rows.read(tile, plane=start + number)
        else:
            last = start + self.known - 1
            before = self.rows.read(tile, plane=last - 1)
            found = extrapolated(before, self.rows.read(tile, plane=last), number - self.known + 1)
        return without_nan(found).astype(self.dtype, copy=False)


class Readout(NamedTuple):
    """How a ramp was read out: groups, frames of each, and frames left out between them."""

    ngroups: int
    nframes: int
    groupgap: int

    @property
    def frames(self) -> int:
        """Frames from the begin of the first group to the end of the last one."""
        return self.ngroups * self.nframes + (self.ngroups - 1) * self.groupgap

    def alike(self, other: Readout) -> bool:
        """Return whether the groups of both hold the same frames."""
        return self[1:] == other[1:]


def missing_groups(science: Readout, dark: Readout) -> int:
    """Return the groups that a dark lacks to be as long as an exposure."""
    missing = science.frames - dark.frames
    if missing <= 0:
        return 0
    return -(-(missing + dark.groupgap) // (dark.nframes + dark.groupgap))


def extrapolated(
    before: NDArray[np.float32], last: NDArray[np.float32], number: int
) -> NDArray[np.float64]:
    """
    Return a group behind the last one of a dark, from the difference of its last two; NaN stays.

    Groups are (rows, columns), in DN; `number` is that of the group, counted from the last one.
    """
    result: NDArray[np.float64] = np.float64(number) * (last - before) + last
    return result


def without_nan(values: NDArray[Any]) -> NDArray[Any]:
    """Return an array with 0 in the place of NaN."""
    bad = np.isnan(values)
    return np.where(bad, values.dtype.type(0), values) if bad.any() else values


def taken(
    read: Callable[[int], NDArray[Any]], group: int, readout: Readout, *, available: int
) -> NDArray[np.float32]:
    """
    Return the mean of the frames that a group of an exposure is made of, (rows, columns), in DN.

    `read` returns the frame of a number; each of the `available` ones is asked for once at most, in
    order. They are added up in their own precision.
    """
    first = group * (readout.nframes + readout.groupgap)
    total = np.array(read(first))
    last = min(first + readout.nframes, available)
    for number in range(first + 1, last):
        total += read(number)
    if readout.nframes > 1:
        total /= total.dtype.type(last - first)
    return total.astype(np.float32, copy=False)


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
