"""The flags of the first groups on blocks of an exposure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from jwst.rscd.groups import Groups, flag_groups
from strun.datamodels.dqflags import pixel
from strun.engine.correction import Block, Correction, Counts
from strun.errors import InputError

if TYPE_CHECKING:
    from strun.blockio.tiles import Tile

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


class RscdCorrection(Correction):
    """
    Flags the first groups of each integration.

    Parameters
    ----------
    groups : Groups
        How many.
    first : bool
        Whether the first integration of the file is that of the exposure.
    later : bool
        Whether the exposure has other integrations.
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

        Raises
        ------
        InputError
            When SATURATED does not last to the end of the ramps, and so much so that jwst would
            have stopped before all groups were looked at.
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
