"""The dark of each group of an exposure, by tiles."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from strun.blockio.rows import Rows
from strun.blockio.tiles import Tile


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
