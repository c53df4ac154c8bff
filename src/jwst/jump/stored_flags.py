"""The flags of all groups of an exposure, group by group, and what changes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from jwst.jump.snowballs import Frames
from strun.blockio.tiles import Tile
from strun.datamodels.dqflags import group

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from strun.engine.arrays import FrameArray

_JUMP = np.uint8(group["JUMP_DET"])
_DO_NOT_USE = np.uint8(group["DO_NOT_USE"])


class StoredFlags:
    """
    Flags between two passes over an exposure: GROUPDQ of all integrations, and what changes of it.

    `changed` are the samples with other flags than before; `jumps_by_group` those with JUMP_DET in
    each group of an integration, and `used` those of each group of all integrations that are not
    DO_NOT_USE: both more than before.
    """

    def __init__(self, array: FrameArray, ngroups: int) -> None:
        total, ny, nx = array.shape
        self._array = array
        self._image = Tile(slice(0, ny), slice(0, nx))
        self._ngroups = ngroups
        self.changed = 0
        self.jumps_by_group = [0] * ngroups
        self.used = [0] * total
        # with JUMP_DET in any group: before and now
        self._struck = np.zeros((2, ny, nx), np.uint8)

    @property
    def pixels(self) -> int:
        """Pixels with JUMP_DET in any group, more than before; when all groups are stored."""
        before, now = (_count(plane, _JUMP) for plane in self._struck)
        return now - before

    def integration(self, number: int) -> Frames:
        """Return the groups of an integration."""
        first = number * self._ngroups
        return Frames(
            self._ngroups,
            lambda group: self._load(first + group).copy(),
            lambda group, flags: self._store(first + group, flags),
        )

    def _load(self, number: int) -> NDArray[np.uint8]:
        plane: NDArray[np.uint8] = self._array.load(self._image, slice(number, number + 1))[0]
        return plane

    def _store(self, number: int, flags: NDArray[np.uint8]) -> None:
        before = self._load(number)
        for struck, plane in zip(self._struck, (before, flags), strict=True):
            struck |= plane
        changed = int(np.count_nonzero(flags != before))
        if not changed:
            return
        self.changed += changed
        more = _count(flags, _JUMP) - _count(before, _JUMP)
        self.jumps_by_group[number % self._ngroups] += more
        self.used[number] = _count(before, _DO_NOT_USE) - _count(flags, _DO_NOT_USE)
        self._array.store(self._image, slice(number, number + 1), flags[np.newaxis])


def _count(flags: NDArray[np.uint8], flag: np.uint8) -> int:
    return int(np.count_nonzero(flags & flag))
