"""Fits of ramps on blocks of an exposure: what other products are made of."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from jwst.ramp_fitting.ols import Fit, fit_ramps, scaled_readnoise
from jwst.ramp_fitting.optional import OptionalPlanes, room_for
from jwst.ramp_fitting.ramps import Timing
from jwst.ramp_fitting.usable import Cut, cut_groups, leave_out_groups, suppress_single
from jwst.ramp_fitting.weights import Weights
from strun.blockio.tiles import Tile
from strun.datamodels.dqflags import group
from strun.engine.correction import Block, Correction, Counts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from strun.blockio.rows import Rows

_DO_NOT_USE = np.uint8(group["DO_NOT_USE"])
_SATURATED = np.uint8(group["SATURATED"])
_JUMP = np.uint8(group["JUMP_DET"])
_LOST = np.uint8(group["CHARGELOSS"])
# rows and columns of what is looked at before, for groups that no pixel uses
_SAMPLE = 32

RATES = ("data", "dq", "var_poisson", "var_rnoise", "err")
"""Arrays of a product of rates, in the order of `Rates`."""


class Selection(NamedTuple):
    """
    Which samples take part in a fit.

    Attributes
    ----------
    first, last : int or None
        The first and the last group, from 0.
    suppress_single : bool
        Whether ramps with one good sample are left out.
    drops_unused : bool
        Whether leading groups, and the last, that no pixel uses are taken off the ramps (MIRI).
    """

    first: int | None = None
    last: int | None = None
    suppress_single: bool = True
    drops_unused: bool = False


class RampFitCorrection(Correction):
    """
    Fits the ramps of an exposure.

    The exposure stays as it is. Blocks get ``rate_*`` (rows, columns) and ``rateints_*``
    (integrations, rows, columns) of `RATES` among their results, and ``fitopt_*`` of
    `OptionalPlanes` (integrations, planes, rows, columns), when they are asked for.

    Parameters
    ----------
    gain, readnoise : Rows
        (rows, columns), float32, in electrons per DN, and in DN.
    timing : Timing
        How the detector was read.
    selection : Selection
        Which samples take part.
    shape : tuple of int
        Integrations, groups, rows and columns of the exposure.
    zeroframe : bool, optional
        Whether the exposure has zero frames.
    optional : bool, optional
        Whether segments and jumps are asked for.
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
        self.select(flags)
        return self._with(((flags & _DO_NOT_USE) != 0).all(axis=(0, 2)))

    def _with(self, unused: NDArray[np.bool_]) -> RampFitCorrection:
        mine = copy.copy(self)
        mine.cut = cut_groups(unused)
        return mine

    def select(self, groupdq: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
        """
        Flag samples that do not take part, in place.

        Parameters
        ----------
        groupdq : ndarray of uint8
            (integrations, groups, pixels).

        Returns
        -------
        ndarray of uint8 or None
            The flags before ramps of one good sample were left out, if there is CHARGELOSS.
        """
        leave_out_groups(groupdq, self.selection.first, self.selection.last)
        original = groupdq.copy() if (groupdq & _LOST).any() else None
        if self.selection.suppress_single:
            suppress_single(groupdq)
        return original

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
        whole, (nints, ngroups) = self.whole, self.whole.shape[:2]
        flags = block.groupdq.reshape(nints, ngroups, -1).copy()
        original = whole.select(flags)
        unused = flags & _DO_NOT_USE
        used = [
            nints * self.gain.size - sum(int(np.count_nonzero(each)) for each in unused[:, group])
            for group in range(ngroups)
        ]
        counts: dict[str, Any] = {"used_by_group": used, "pixels": self.gain.size}
        if whole.cut is None:
            return counts | {"ramps_started": 0, "pixels_without_rate": self.gain.size}
        kept = slice(whole.cut.first, whole.cut.stop)
        if whole.cut.first:
            # jumps above a group that was taken off are no jumps
            flags[:, whole.cut.first] &= ~_JUMP
        fit = self._fit(block, flags[:, kept], None if original is None else original[:, kept])
        self._give(block, fit)
        started = (flags[:, whole.cut.first] & _SATURATED) == 0
        counts["ramps_started"] = int(np.count_nonzero(started))
        counts["pixels_without_rate"] = int(np.count_nonzero(np.isnan(fit.exposure.slope)))
        counts |= self._example(block, fit.exposure.slope)
        for each in fit.optional:
            counts["max_segments"] = max(counts.get("max_segments", 0), len(each.slope))
            counts["max_jumps"] = max(counts.get("max_jumps", 0), len(each.crmag))
        return counts

    def _example(self, block: Block, rates: NDArray[np.float32]) -> dict[str, Any]:
        """Return the ramp with the highest rate of pixels without a flag, saturation or jump."""
        flags = np.bitwise_or.reduce(block.groupdq, axis=0)
        good = (block.pixeldq == 0) & ((flags & (_SATURATED | _JUMP)) == 0)
        ranked = np.where(good.ravel() & np.isfinite(rates), rates, -np.inf)
        best = int(ranked.argmax())
        if not np.isfinite(ranked[best]):
            return {}
        y, x = divmod(best, self.size[1])
        place = (slice(block.ngroups), y, x)
        samples, flags = block.data[place].tolist(), block.groupdq[place].tolist()
        row, column = self.tile.rows.start + y, self.tile.columns.start + x
        # the largest is kept: of equal rates, that of the first row and column
        return {"max_example": (float(rates[best]), -row, -column, samples, flags)}

    def _fit(
        self, block: Block, flags: NDArray[np.uint8], original: NDArray[np.uint8] | None
    ) -> Fit:
        whole, (nints, ngroups) = self.whole, self.whole.shape[:2]
        assert whole.cut is not None
        data = block.data.reshape(nints, ngroups, -1)[:, whole.cut.first : whole.cut.stop]
        dark, zeroframe = block.average_dark_current, None
        if "zeroframe" in whole.reads:
            zeroframe = block.zeroframe.reshape(nints, -1)
        return fit_ramps(
            data,
            flags,
            block.pixeldq.ravel(),
            self.gain,
            scaled_readnoise(self.readnoise, self.gain, whole.timing.nframes),
            np.zeros(self.gain.shape, np.float32) if dark is None else dark.ravel(),
            whole.timing,
            keep_single=not whole.selection.suppress_single,
            zeroframe=zeroframe,
            original=original,
            optional=whole.optional,
            weights=whole.weights,
        )

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
