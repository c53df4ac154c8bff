"""The search for jumps on blocks of an exposure."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jwst.jump.flagging import flag_jumps, remove_unusable
from jwst.jump.method import NOT_SEARCHED, Choice, Ramps, Search, choose_method, header_rates
from strun.blockio.rows import Rows
from strun.blockio.tiles import Tile
from strun.datamodels.dqflags import group, pixel
from strun.engine.arrays import FrameArray
from strun.engine.correction import Block, Correction, Counts

if TYPE_CHECKING:
    from jwst.jump.ellipses import Drawn
    from jwst.jump.snowballs import Snowballs

_DO_NOT_USE = np.uint8(group["DO_NOT_USE"])
_NO_GAIN = np.uint32(pixel["NO_GAIN_VALUE"] | pixel["DO_NOT_USE"])
# rows and columns of what is looked at before, for groups that no pixel uses
_SAMPLE = 32


class JumpCorrection(Correction):
    """
    Flags jumps of ramps of an exposure of some shape (integrations, groups, rows, columns).

    Gain is in electrons per DN, read noise in DN, the group time in seconds. The method of `search`
    is chosen by the groups that are used; snowballs are searched in whole groups afterwards.
    """

    changes = ("pixeldq", "groupdq")
    reads = ("data",)
    halo = 1
    whole_exposure = True
    # the flags of three groups, and what is made of one
    frame_planes = 3
    reserved = ("meta.exposure.primary_cosmic_rays", "meta.exposure.extended_emission_events")

    def __init__(
        self,
        gain: Rows,
        readnoise: Rows,
        search: Search,
        choice: Choice,
        *,
        shape: tuple[int, int, int, int],
        group_time: float,
        snowballs: Snowballs | None = None,
    ) -> None:
        self.gain = gain
        self.readnoise = readnoise
        self.search = search
        self.choice = choice
        self.shape = shape
        self.group_time = group_time
        self.snowballs = snowballs
        self.whole_frames = snowballs is not None
        self.method: str | None = None
        # differences, and their copies in order
        self.planes = 4.0 * shape[0] * shape[1] + 16

    def edges(self, image: tuple[int, int]) -> list[Tile]:
        """Return a part of the image's middle."""
        parts = [slice(max(0, (n - _SAMPLE) // 2), min(n, (n + _SAMPLE) // 2)) for n in image]
        return [Tile(*parts)]

    def surveyed(self, integrations: Iterator[list[Block]]) -> JumpCorrection:
        """Return the correction that takes unused groups of a part for those of the frame."""
        unused = np.array(
            [((b.groupdq & _DO_NOT_USE) != 0).all(axis=(1, 2)) for (b,) in integrations]
        )
        return self._with(choose_method(unused, self.choice), frozenset())

    def _with(self, method: str | None, cleared: frozenset[tuple[int, int]]) -> JumpCorrection:
        mine = copy.copy(self)
        mine.method = method
        mine.search = self.search._replace(method=method or "", cleared=cleared)
        return mine

    def at(self, tile: Tile) -> Correction:
        """Return the correction of a tile."""
        return _JumpTile(self, tile)

    def _unused(self, totals: Mapping[str, Any]) -> NDArray[np.bool_]:
        used = np.array(totals["used_by_group"], int).reshape(self.shape[:2])
        unused: NDArray[np.bool_] = used == 0
        return unused

    def revised(self, totals: Mapping[str, Any]) -> JumpCorrection | None:
        """Return the correction by what the whole frame says, unless this one is it."""
        if "used_by_group" not in totals:
            return None
        method, cleared = choose_method(self._unused(totals), self.choice), self.search.cleared
        if "clipped_by_group" in totals:
            neither, alone = np.array(totals["clipped_by_group"]).reshape(2, *self.shape[:2])
            found = np.argwhere((neither == 0) & (alone > 0))
            cleared = cleared | {(int(integration), int(number)) for integration, number in found}
        if method == self.method and cleared == self.search.cleared:
            return None
        return self._with(method, cleared)

    def frames(self, arrays: Mapping[str, FrameArray]) -> Counts | None:
        """Flag the snowballs, one integration after the other."""
        from jwst.jump.snowballs import StoredFlags, flag_snowballs

        assert self.snowballs is not None
        flags = StoredFlags(arrays["groupdq"], self.shape[1])
        count = 0
        cores: list[Drawn] = []
        for number in range(self.shape[0]):
            found, cores = flag_snowballs(flags.integration(number), self.snowballs, cores)
            count += found
        # what the blocks have counted changes by so much
        return {
            "snowballs": count,
            "samples_snowballs": flags.changed,
            "samples_jump": sum(flags.jumps_by_group),
            "samples_jump_by_group": flags.jumps_by_group,
            "pixels_jump": flags.pixels,
            "used_by_group": flags.used,
        }

    def concluded(self, totals: dict[str, Any]) -> dict[str, Any]:
        """Return the counts of the exposure, with the rates for its header."""
        totals.pop("clipped_by_group", None)
        if "used_by_group" not in totals:
            return totals
        unused = self._unused(totals)
        del totals["used_by_group"]
        jumps = NOT_SEARCHED if self.method is None else totals["jumps"]
        rates = header_rates(
            jumps,
            totals.get("snowballs", 0),
            unused,
            group_time=self.group_time,
            pixels=self.shape[2] * self.shape[3],
        )
        if rates is not None:
            totals["rate_jumps"], totals["rate_events"] = rates
        return totals

    def keywords(self, totals: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the rates of cosmic rays and of larger events."""
        names = ("rate_jumps", "rate_events")
        return {p: totals.get(n) for p, n in zip(self.reserved, names, strict=True)}


class _JumpTile(Correction):
    """The correction of one tile."""

    def __init__(self, whole: JumpCorrection, tile: Tile) -> None:
        self.search = whole.search if whole.method else None
        self.gain = whole.gain.read(tile)
        self.readnoise = whole.readnoise.read(tile)

    def pixels(self, block: Block) -> Counts | None:
        """Flag pixels without a gain."""
        bad = ~(self.gain > 0)
        block.pixeldq[bad] |= _NO_GAIN
        inner = bad[block.core]
        return {"pixels": inner.size, "pixels_without_gain": int(np.count_nonzero(inner))}

    def samples(self, block: Block) -> Counts | None:
        """Flag the jumps of all integrations."""
        shape = (-1, block.ngroups, *block.groupdq.shape[1:])
        flags = block.groupdq.reshape(shape)
        counts: dict[str, Any] = {}
        if self.search is not None:
            ramps = Ramps(block.data.reshape(shape), flags, self.gain, self.readnoise)
            counts["jumps"], clipped = flag_jumps(ramps, self.search, block.core)
            if clipped is not None:
                counts["clipped_by_group"] = clipped.ravel().tolist()
        flagged = remove_unusable(flags, block.core)
        return counts | {
            "samples": flags[..., *block.core].size,
            "samples_jump": sum(flagged.jumps),
            "samples_jump_by_group": flagged.jumps,
            "pixels_jump": flagged.pixels,
            "used_by_group": flagged.used,
        }
