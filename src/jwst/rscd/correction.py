"""How many first groups of each ramp are affected, and their flags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from strun.blockio.tiles import Tile
from strun.datamodels.dqflags import group, pixel
from strun.engine.correction import Block, Correction, Counts
from strun.errors import InputError

_FLUX_ESTIMATED = np.uint32(pixel["FLUX_ESTIMATED"])
_KEYWORDS = {
    "first": (
        "meta.rscd.ngroups_skip_int1",
        "meta.rscd.keep_groups_saturation_int1",
        "meta.rscd.keep_bright_firstgroup_int1",
    ),
    "later": (
        "meta.rscd.ngroups_skip_int2p",
        "meta.rscd.keep_groups_saturation_int2p",
        "meta.rscd.keep_bright_firstgroup_int2p",
    ),
}
_DO_NOT_USE = np.uint8(group["DO_NOT_USE"])
_SATURATED = np.uint8(group["SATURATED"])

FEWEST_GROUPS = 3
"""Fewer groups are left alone: the last one is flagged too, and two make a slope."""
# ramps of so many groups lose one of them
_SHORT = 5


class RscdCorrection(Correction):
    """
    Flags the first groups of each integration.

    `first` is whether the first integration of the file is that of the exposure, `later` whether
    the exposure has other integrations.
    """

    changes = ("pixeldq", "groupdq")
    whole_ramp = True
    has_finish = True
    heavy = False
    planes = 2

    def __init__(self, groups: Groups, *, first: bool, later: bool) -> None:
        self.groups = groups
        self.parts = {
            name: count
            for name, count, there in zip(groups._fields, groups, (first, later), strict=True)
            if there
        }
        self.starts = first
        self.reserved = tuple(path for part in self.parts for path in _KEYWORDS[part])

    def at(self, tile: Tile) -> Correction:
        """Return the correction of a tile."""
        return _RscdTile(self, tile)

    def concluded(self, totals: dict[str, Any]) -> dict[str, Any]:
        """
        Return the counts of the exposure.

        Raises InputError when SATURATED does not last to the end of the ramps, and so much so that
        jwst would have stopped before all groups were looked at.
        """
        for part, count in self.parts.items():
            bright = totals.pop(f"bright_{part}", [])
            seen = [number > 0 for number in bright]
            if sorted(seen, reverse=True) != seen:
                raise InputError(
                    "SATURATED does not last to the end of the ramps; run saturation before rscd"
                )
            if not any(seen):
                # as in jwst: without a bright pixel none is looked at
                totals[f"pixels_first_kept_{part}"] = 0
            totals[f"groups_{part}"] = count
        return totals

    def keywords(self, totals: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the number of groups, and the pixels that lost fewer of them."""
        names = ("groups", "pixels_fewer", "pixels_first_kept")
        return {
            path: int(totals.get(f"{name}_{part}", 0))
            for part in self.parts
            for path, name in zip(_KEYWORDS[part], names, strict=True)
        }


class _RscdTile(Correction):
    """The correction of one tile: its pixels that lost fewer groups, or none."""

    def __init__(self, whole: RscdCorrection, tile: Tile) -> None:
        self.parts = whole.parts
        self.starts = whole.starts
        self.fewer = {part: np.zeros(tile.shape, bool) for part in whole.parts}
        self.none = {part: np.zeros(tile.shape, bool) for part in whole.parts}

    def samples(self, block: Block) -> Counts | None:
        """Flag the first groups of an integration."""
        inner = block.groupdq[(slice(None), *block.core)]
        counts: dict[str, Any] = {"samples": inner.size}
        part = "first" if self.starts and block.integration == 0 else "later"
        if part not in self.parts:
            return counts
        count = self.parts[part]
        left, bright = flag_groups(block.groupdq, count, core=block.core)
        self.fewer[part] |= left < count
        self.none[part] |= left == 0
        counts["samples_first_groups"] = int(left[block.core].sum())
        counts[f"bright_{part}"] = bright
        return counts

    def finish(self, block: Block) -> Counts | None:
        """Flag the pixels that lost fewer groups."""
        counts = {"pixels": block.pixeldq[..., block.core[0], block.core[1]].size}
        for part, fewer in self.fewer.items():
            block.pixeldq[fewer] |= _FLUX_ESTIMATED
            counts[f"pixels_fewer_{part}"] = int(np.count_nonzero(fewer[block.core]))
            kept = self.none[part][block.core]
            counts[f"pixels_first_kept_{part}"] = int(np.count_nonzero(kept))
        return counts


class Groups(NamedTuple):
    """Groups to flag at the begin of the first integration, and of later ones."""

    first: int
    later: int


def groups_to_flag(wanted: Groups, *, ngroups: int, nints: int) -> Groups:
    """
    Return how many groups are flagged in an exposure: so many that three are left, if there are.

    A negative number that the reference gives for the first integration is 1; `nints` counts those
    of other segments too.
    """
    first, later = (1, 1) if ngroups <= _SHORT else wanted
    most = max(0, ngroups - FEWEST_GROUPS)
    first = 1 if first < 0 else first
    if nints > 1:
        later = min(later, most)
    return Groups(min(first, most), later)


def flag_groups(
    groupdq: NDArray[np.uint8],
    count: int,
    *,
    core: tuple[slice, slice] = (slice(None), slice(None)),
) -> tuple[NDArray[np.int32], list[int]]:
    """
    Set DO_NOT_USE in the first groups of an integration, in place.

    Where a group soon after them is SATURATED, but the first one is not, fewer are flagged: as
    many as leave groups that are not SATURATED.

    Parameters
    ----------
    groupdq : ndarray of uint8
        (groups, rows, columns) of an integration; changed in place.
    count : int
        Groups to flag.
    core : tuple of slice, optional
        Rows and columns whose bright pixels are counted.

    Returns
    -------
    left : ndarray of int32
        (rows, columns), groups that are flagged.
    bright : list of int
        Pixels that are SATURATED in group `count` + 2, in the one before it, ... in the second;
        those with a SATURATED first group are not counted.
    """
    left = np.full(groupdq.shape[1:], max(count, 0), np.int32)
    usable = (groupdq[0] & _SATURATED) == 0
    bright = []
    for flags in groupdq[1 : max(count, -1) + 2][::-1]:
        problem = ((flags & _SATURATED) != 0) & usable
        bright.append(int(np.count_nonzero(problem[core])))
        left -= problem & (left > 0)
    for number in range(max(count, 0)):
        groupdq[number] |= (left > number) * _DO_NOT_USE
    return left, bright
