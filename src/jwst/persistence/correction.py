"""The flags of persistence on blocks of an exposure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from jwst.persistence.windows import flag_windows
from strun.datamodels.dqflags import group
from strun.engine.correction import Block, Correction, Counts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from strun.blockio.tiles import Tile

_PERSISTENCE = np.uint8(group["PERSISTENCE"])


class Window(NamedTuple):
    """
    What opens a window, and what is flagged in it.

    Attributes
    ----------
    seconds : float
        How long it is.
    threshold : float or None
        Samples above it open one (DN).
    flags : int
        What samples in it get.
    """

    seconds: float
    threshold: float | None
    flags: int


class PersistenceCorrection(Correction):
    """
    Flags samples in a window of time after their pixel was saturated.

    Parameters
    ----------
    window : Window
        What opens one.
    starts : sequence of float
        When each integration begins, in seconds.
    group_time : float
        In seconds.
    """

    changes = ("groupdq",)
    reads = ("data",)
    whole_ramp = True
    # windows go on from one integration to the next
    has_finish = True
    planes = 6

    def __init__(self, window: Window, starts: Sequence[float], group_time: float) -> None:
        self.window = window
        self.starts = starts
        self.group_time = group_time

    def at(self, tile: Tile) -> Correction:
        """Return the correction of a tile."""
        return _PersistenceTile(self, tile)


class _PersistenceTile(Correction):
    """The correction of one tile: when the windows of its pixels close."""

    def __init__(self, whole: PersistenceCorrection, tile: Tile) -> None:
        self.whole = whole
        self.ends = np.zeros(tile.shape)

    def samples(self, block: Block) -> Counts | None:
        """Flag the samples of an integration."""
        window = self.whole.window
        flag_windows(
            block.data,
            block.groupdq,
            self.ends,
            start=self.whole.starts[block.integration],
            group_time=self.whole.group_time,
            window=window.seconds,
            threshold=window.threshold,
            flags=np.uint8(window.flags),
        )
        inner = block.groupdq[(slice(None), *block.core)]
        found = int(np.count_nonzero(inner & _PERSISTENCE))
        return {"samples": inner.size, "samples_persistence": found}
