"""The dark of each group of an exposure, by tiles."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jwst.dark_current.frames import Readout, extrapolated, missing_groups, taken, without_nan

if TYPE_CHECKING:
    from strun.blockio.rows import Rows
    from strun.blockio.tiles import Tile


class Dark:
    """
    The dark of an exposure: groups of the reference as they are, or averaged from its frames.

    No more than a few planes of a tile are in memory, however long the reference is.

    Parameters
    ----------
    rows : Rows
        (groups, rows, columns), or (integrations, groups, rows, columns); float32, in DN.
    readout : Readout
        That of the reference.
    science : Readout
        That of the exposure.
    nints : int
        Integrations of the exposure's file.
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
