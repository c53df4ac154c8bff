"""Windows of time after saturation, in which samples hold persistence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from strun.blockio.tiles import Tile
from strun.datamodels.dqflags import group
from strun.engine.correction import Block, Correction, Counts
from strun.engine.sparse import SparseValues

# bytes of a window that is left open: as it is kept by tiles, and as it is written
_LEFT = 16 + 24
# and of the library that reads and writes them (measured)
_LIBRARY = 20 << 20
_PERSISTENCE = np.uint8(group["PERSISTENCE"])
_SATURATED = np.uint8(group["SATURATED"])
_MJD_OF_1970 = 40587.0
_SECONDS_OF_A_DAY = 86400.0


class Window(NamedTuple):
    """
    How long a window is, what opens one besides saturation, and the flags of samples in it.

    That are samples above a threshold, in DN.
    """

    seconds: float
    threshold: float | None
    flags: int


class PersistenceCorrection(Correction):
    """
    Flags samples in a window of time after their pixel was saturated.

    `starts` says when each integration begins, `before` when the windows close that earlier
    exposures have left open: all in seconds. Those that are open in the end are a result of that
    name, if there is one; each of the `pixels` of the image may leave one.
    """

    changes = ("groupdq",)
    reads = ("data",)
    whole_ramp = True
    # windows go on from one integration to the next
    has_finish = True
    planes = 6

    def __init__(
        self,
        window: Window,
        starts: Sequence[float],
        group_time: float,
        *,
        before: SparseValues | None = None,
        result: str | None = None,
        pixels: int = 0,
    ) -> None:
        self.window = window
        self.starts = starts
        self.group_time = group_time
        self.before = before
        self.results = () if result is None else (result,)
        self.held = 0 if before is None and result is None else _LIBRARY
        self.held += 0 if before is None else sum(each.nbytes for each in before)
        self.held += 0 if result is None else _LEFT * pixels

    def at(self, tile: Tile) -> Correction:
        """Return the correction of a tile."""
        return _PersistenceTile(self, tile)


class _PersistenceTile(Correction):
    """The correction of one tile: when the windows of its pixels close."""

    def __init__(self, whole: PersistenceCorrection, tile: Tile) -> None:
        self.whole = whole
        before = whole.before
        self.ends = np.zeros(tile.shape) if before is None else before.image(tile)

    def samples(self, block: Block) -> Counts | None:
        """Flag the samples of an integration."""
        whole = self.whole
        window, ends = whole.window, self.ends[block.core]
        counts: dict[str, int] = {}
        if block.integration == 0 and (whole.before is not None or whole.results):
            counts["pixels"] = ends.size
        if block.integration == 0 and whole.before is not None:
            counts["pixels_before"] = int(np.count_nonzero(ends))
        flag_windows(
            block.data,
            block.groupdq,
            self.ends,
            start=whole.starts[block.integration],
            group_time=whole.group_time,
            window=window.seconds,
            threshold=window.threshold,
            flags=np.uint8(window.flags),
        )
        inner = block.groupdq[(slice(None), *block.core)]
        found = int(np.count_nonzero(inner & _PERSISTENCE))
        # the last integration stays
        block.results |= dict.fromkeys(whole.results, ends)
        if whole.results and block.integration == len(whole.starts) - 1:
            counts["pixels_open"] = int(np.count_nonzero(ends))
        return {"samples": inner.size, "samples_persistence": found} | counts


def seconds_of(mjd: float) -> float:
    """Return the seconds since 1970 of a Modified Julian Date."""
    return (mjd - _MJD_OF_1970) * _SECONDS_OF_A_DAY


def flag_windows(
    data: NDArray[np.float32],
    groupdq: NDArray[np.uint8],
    ends: NDArray[np.float64],
    *,
    start: float,
    group_time: float,
    window: float,
    threshold: float | None,
    flags: np.uint8,
) -> None:
    """
    Flag the samples of one integration that are in a window of their pixel, in place.

    A window opens with the first saturated sample of a ramp, and with a sample above a threshold
    when none is open; it closes after a fixed time, in a later integration perhaps.

    Parameters
    ----------
    data : ndarray of float32
        (groups, rows, columns), in DN.
    groupdq : ndarray of uint8
        Of the same shape; changed.
    ends : ndarray of float64
        (rows, columns), when the window of each pixel closes, in seconds; 0 where none is open.
        Changed: it is what the next integration begins with.
    start : float
        When the integration begins, in seconds.
    group_time, window : float
        In seconds.
    threshold : float or None
        In DN.
    flags : uint8
        What samples in a window get.
    """
    saturated = np.zeros(ends.shape, np.uint32)
    now = start
    for values, each in zip(data, groupdq, strict=True):
        now = now + group_time
        ends[ends < now] = 0
        end = now + window
        saturated += (each & _SATURATED) != 0
        ends[saturated == 1] = end
        if threshold is not None:
            ends[(values > threshold) & ~(ends > 0)] = end
        # from a file of later exposures: no such window can be
        ends[(ends - end > 0) & (ends != 0)] = 0
        each[ends > 0] |= flags
