"""Fits of ramps on blocks of an exposure: what other products are made of."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from jwst.ramp_fitting import compiled
from jwst.ramp_fitting.optional import OptionalPlanes, room_for
from jwst.ramp_fitting.samples import (
    Cut,
    Fit,
    Samples,
    Selection,
    Timing,
    cut_groups,
    used_by_group,
)
from jwst.ramp_fitting.weights import Weights
from strun.blockio.rows import Rows
from strun.blockio.tiles import Tile
from strun.datamodels.dqflags import group
from strun.engine.correction import Block, Correction, Counts

_DO_NOT_USE = np.uint8(group["DO_NOT_USE"])
_SATURATED = np.uint8(group["SATURATED"])
_JUMP = np.uint8(group["JUMP_DET"])
# rows and columns of what is looked at before, for groups that no pixel uses
_SAMPLE = 32

RATES = ("data", "dq", "var_poisson", "var_rnoise", "err")
"""Arrays of a product of rates, in the order of `Rates`."""


class RampFitCorrection(Correction):
    """
    Fits the ramps of an exposure of some shape (integrations, groups, rows, columns).

    The exposure stays as it is. Blocks get ``rate_*`` (rows, columns) and ``rateints_*``
    (integrations, rows, columns) of `RATES` among their results, and ``fitopt_*`` of
    `OptionalPlanes` (integrations, planes, rows, columns), when they are asked for. Gain is in
    electrons per DN, read noise in DN.
    """

    reads: tuple[str, ...] = ("data", "groupdq", "pixeldq", "average_dark_current")
    whole_exposure = True
    has_finish = True

    def __init__(
        self,
        gain: Rows,
        readnoise: Rows,
        timing: Timing,
        selection: Selection,
        *,
        shape: tuple[int, int, int, int],
        zeroframe: bool = False,
        optional: bool = False,
    ) -> None:
        self.gain = gain
        self.readnoise = readnoise
        self.timing = timing
        self.shape = shape
        # a single group cannot be one among others
        single = selection.suppress_single and shape[1] > 1
        drops = selection.drops_unused and shape[1] > 1
        self.selection = selection._replace(suppress_single=single, drops_unused=drops)
        self.optional = optional
        # what the first one has stored is to be overwritten throughout
        self.is_second = False
        self.weights = Weights()
        self.cut: Cut | None = Cut(0, shape[1])
        self.results = tuple(f"{p}_{name}" for p in ("rate", "rateints") for name in RATES)
        if optional:
            self.results += tuple(f"fitopt_{name}" for name in OptionalPlanes._fields)
        if zeroframe and not single:
            self.reads = (*self.reads, "zeroframe")
        # samples in double precision, rates, and sums over segments
        self.planes = 4.0 * shape[0] * shape[1] + 12.0 * shape[0] + 40

    def own(self) -> Self:
        """Return the same correction with buffers of its own."""
        mine = super().own()
        mine.weights = Weights()
        return mine

    def edges(self, image: tuple[int, int]) -> list[Tile]:
        """Return a part of the image's middle, when groups that no pixel uses are dropped."""
        if not self.selection.drops_unused:
            return []
        parts = [slice(max(0, (n - _SAMPLE) // 2), min(n, (n + _SAMPLE) // 2)) for n in image]
        return [Tile(*parts)]

    def surveyed(self, integrations: Iterator[list[Block]]) -> RampFitCorrection:
        """Return the correction that takes unused groups of a part for those of the frame."""
        flags = np.stack([block.groupdq.reshape(self.shape[1], -1) for (block,) in integrations])
        self.selection.apply(flags)
        return self._with(((flags & _DO_NOT_USE) != 0).all(axis=(0, 2)))

    def _with(self, unused: NDArray[np.bool_]) -> RampFitCorrection:
        mine = copy.copy(self)
        mine.cut = cut_groups(unused)
        return mine

    def at(self, tile: Tile) -> Correction:
        """Return the correction of a tile."""
        return _RampFitTile(self, tile)

    def revised(self, totals: Mapping[str, Any]) -> RampFitCorrection | None:
        """Return the correction by what the whole frame says, unless this one is it."""
        if not self.selection.drops_unused or "used_by_group" not in totals:
            return None
        better = self._with(np.array(totals["used_by_group"]) == 0)
        better.is_second = True
        return None if better.cut == self.cut else better

    def concluded(self, totals: dict[str, Any]) -> dict[str, Any]:
        """Return the counts of the exposure."""
        del totals["used_by_group"]
        return totals

    def missing_results(self, totals: Mapping[str, Any]) -> str | None:
        """Return why there are no rates, as there are none in jwst either."""
        if totals["ramps_started"]:
            return None
        return (
            "every ramp is saturated from its first group on, or fewer than two groups are to be "
            "used: there are no rates to fit"
        )


class _RampFitTile(Correction):
    """The fit of one tile."""

    def __init__(self, whole: RampFitCorrection, tile: Tile) -> None:
        self.whole = whole
        self.tile = tile
        self.size = tile.shape
        self.gain = np.array(whole.gain.read(tile)).ravel()
        self.readnoise = np.array(whole.readnoise.read(tile)).ravel()

    def samples(self, block: Block) -> Counts | None:
        """Fit the ramps of all integrations."""
        whole, samples = self.whole, self._samples(block)
        if whole.cut is None:
            flags = samples.groupdq.copy()
            whole.selection.apply(flags)
            counts = {"used_by_group": used_by_group(flags), "ramps_started": 0}
            return counts | dict.fromkeys(("pixels", "pixels_without_rate"), self.gain.size)
        given = (samples, whole.selection, whole.cut, whole.timing, whole.weights)
        if compiled.available and whole.selection.suppress_single and not whole.optional:
            found = compiled.fit_selected(*given)
        else:
            from jwst.ramp_fitting.ols import fit_selected

            found = fit_selected(*given, optional=whole.optional)
        self._give(block, found.fit)
        rates, planes = found.fit.exposure.slope, found.fit.optional
        counts = {
            "used_by_group": found.used,
            "ramps_started": found.started,
            "pixels": self.gain.size,
            "pixels_without_rate": int(np.count_nonzero(np.isnan(rates))),
        }
        if planes:
            counts["max_segments"] = max(len(each.slope) for each in planes)
            counts["max_jumps"] = max(len(each.crmag) for each in planes)
        return counts | self._example(block, rates, found.flags)

    def _samples(self, block: Block) -> Samples:
        nints, ngroups = self.whole.shape[:2]
        dark, has_zeroframe = block.average_dark_current, "zeroframe" in self.whole.reads
        return Samples(
            block.data.reshape(nints, ngroups, -1),
            block.groupdq.reshape(nints, ngroups, -1),
            block.pixeldq.ravel(),
            self.gain,
            self.readnoise,
            np.zeros(self.gain.shape, np.float32) if dark is None else dark.ravel(),
            block.zeroframe.reshape(nints, -1) if has_zeroframe else None,
        )

    def _example(
        self, block: Block, rates: NDArray[np.float32], flags: NDArray[np.uint8]
    ) -> dict[str, Any]:
        """Return the ramp with the highest rate of pixels without a flag, saturation or jump."""
        good = ((block.pixeldq.ravel() | (flags & (_SATURATED | _JUMP))) == 0) & np.isfinite(rates)
        ranked = np.where(good, rates, -np.inf)
        best = int(ranked.argmax())
        if not np.isfinite(ranked[best]):
            return {}
        y, x = divmod(best, self.size[1])
        place = (slice(block.ngroups), y, x)
        ramp = block.data[place].tolist(), block.groupdq[place].tolist()
        row, column = self.tile.rows.start + y, self.tile.columns.start + x
        # the largest is kept: of equal rates, that of the first row and column
        return {"max_example": (float(rates[best]), -row, -column, *ramp)}

    def _give(self, block: Block, fit: Fit) -> None:
        """Put the core of what was found among the results of the block."""

        def give(name: str, values: NDArray[Any]) -> None:
            image = values.reshape(*values.shape[:-1], *self.size)
            block.results[name] = image[..., block.core[0], block.core[1]]

        for product, rates in (("rate", fit.exposure), ("rateints", fit.integrations)):
            for name, values in zip(RATES, rates, strict=True):
                give(f"{product}_{name}", values)
        for name in OptionalPlanes._fields if fit.optional else ():
            room = room_for(name, self.whole.shape[1]) if self.whole.is_second else None
            give(f"fitopt_{name}", _stacked([getattr(each, name) for each in fit.optional], room))

    def finish(self, block: Block) -> Counts | None:
        """Add flags of pixels that the steps before have set after the samples."""
        flags = block.pixeldq[..., block.core[0], block.core[1]]
        for name in ("rate_dq", "rateints_dq"):
            if name in block.results:
                block.results[name] |= flags
        return None


def _stacked(arrays: list[NDArray[np.float32]], room: int | None) -> NDArray[np.float32]:
    """Return arrays of integrations as one, filled up with zeros; `room` is their least length."""
    most = max(len(each) for each in arrays) if room is None else room
    stack = np.zeros((len(arrays), most, *arrays[0].shape[1:]), np.float32)
    for place, each in zip(stack, arrays, strict=True):
        place[: len(each)] = each
    return stack
