"""The drifts of near-infrared detectors subtracted from blocks of an exposure."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jwst.refpix import compiled
from jwst.refpix.layout import Layout, Orientation, tiles_of
from jwst.refpix.near_infrared import (
    Amplifiers,
    Drift,
    Finder,
    OneOutput,
    Sides,
    column_keys,
    subtract,
)
from strun.blockio.tiles import Tile
from strun.datamodels.dqflags import pixel
from strun.datamodels.subarray import REFERENCE_WIDTH, Border
from strun.engine.correction import Block, Correction, Counts
from strun.engine.zeros import zeroed
from strun.errors import InputError

_subtract = compiled.subtract if compiled.available else subtract

_DO_NOT_USE = np.uint32(pixel["DO_NOT_USE"])
_REFERENCE_PIXEL = np.uint32(pixel["REFERENCE_PIXEL"])


class Parameters(NamedTuple):
    """What a user may choose, as in the spec of the step."""

    odd_even_columns: bool
    use_side_ref_pixels: bool
    side_smoothing_length: int
    side_gain: float
    siglimit: float


class RefPixCorrection(Correction):
    """
    Subtracts the drift that the reference pixels of a near-infrared detector show.

    `image` are rows and columns of the exposure, `border` its reference pixels. With `one_output`
    it is a subarray that is read out through one amplifier; with `edgeless` the outermost columns
    count as reference pixels, whatever their flags say. The name is for messages.
    """

    reads = ("pixeldq",)
    planes = 2

    def __init__(
        self,
        parameters: Parameters,
        orientation: Orientation,
        border: Border,
        image: tuple[int, int],
        *,
        one_output: bool,
        edgeless: bool = False,
        zeroframe: bool,
        name: str = "the exposure",
    ) -> None:
        self.parameters = parameters
        self.one_output = one_output
        self.edgeless = edgeless
        self.name = name
        self.transposed = orientation.transposed
        self.places = orientation.along(0, image[0]), orientation.along(1, image[1])
        self.layout = Layout(
            tiles_of(image, border), *self.places, transposed=orientation.transposed
        )
        self.changes = ("data", *(("zeroframe",) if zeroframe else ()))
        self.groups: list[Drift] = []
        self.zeroframes: list[Drift] = []
        self.pixels_used = 0

    def edges(self, image: tuple[int, int]) -> Sequence[Tile]:
        """Return the border."""
        return self.layout.tiles

    def surveyed(self, integrations: Iterator[list[Block]]) -> Correction:
        """Return the correction that knows the drift of every group."""
        mine = copy.copy(self)
        mine.groups, mine.zeroframes = [], []
        finder: Finder | None = None
        for blocks in integrations:
            if finder is None:
                finder = mine._finder(self.layout.gather([mine._flags(block) for block in blocks]))
            for values in self.layout.gather([block.data for block in blocks]):
                mine.groups.append(self._placed(finder.drift(values, first=not mine.groups)))
            if blocks[0].zeroframe is not None:
                [values] = self.layout.gather([block.zeroframe for block in blocks])
                mine.zeroframes.append(self._placed(finder.drift(values, first=False)))
        return mine

    def _flags(self, block: Block) -> NDArray[np.uint32]:
        flags: NDArray[np.uint32] = block.pixeldq
        if self.edgeless:
            nx = len(self.places[1])
            columns = np.arange(nx)[block.tile.columns]
            outermost = (columns < REFERENCE_WIDTH) | (columns >= nx - REFERENCE_WIDTH)
            flags = flags | np.where(outermost, _REFERENCE_PIXEL, np.uint32(0))
        return flags

    def _finder(self, dq: NDArray[np.uint32]) -> Finder:
        """Return what finds the drift of a group; count the pixels that it may use."""
        asked = self.parameters
        good = (dq & _DO_NOT_USE) == 0
        by_parity, limit = asked.odd_even_columns, asked.siglimit
        if not self.one_output:
            self.pixels_used = int(np.count_nonzero(good))
            length, gain = asked.side_smoothing_length, asked.side_gain
            sides = Sides(self.layout, good, length, gain) if asked.use_side_ref_pixels else None
            return Amplifiers(self.layout, good, by_parity=by_parity, limit=limit, sides=sides)
        good &= (dq & _REFERENCE_PIXEL) != 0
        self.pixels_used = int(np.count_nonzero(good))
        one = OneOutput(self.layout, good, by_parity=by_parity, limit=limit)
        if self.pixels_used and not all(len(part) for part in one.parts):
            raise InputError(
                f"{self.name}: only odd or only even columns have good reference pixels, expected "
                "both or none; use --odd_even_columns=false"
            )
        return one

    def _placed(self, drift: Drift) -> Drift:
        """Return a drift with the detector's rows in the order of the image."""
        if drift.rows is None:
            return drift
        return drift._replace(rows=drift.rows[self.places[1 if self.transposed else 0]])

    def at(self, tile: Tile) -> Correction:
        """Return the correction of a tile."""
        return _RefPixTile(self, tile)

    def concluded(self, totals: dict[str, Any]) -> dict[str, Any]:
        """Return what was counted, with the numbers of the survey."""
        means = [each.mean() for each in self.groups]
        return totals | drift_counts(self.pixels_used, means)


def drift_counts(pixels: int, means: Sequence[float]) -> dict[str, Any]:
    """Return how many reference pixels were used, and what was subtracted, in DN."""
    counts: dict[str, Any] = {"reference_pixels": pixels, "groups": len(means)}
    finite = [mean for mean in means if np.isfinite(mean)]
    if pixels and finite:
        counts |= {"min_drift": min(finite), "max_drift": max(finite)}
    return counts


class _RefPixTile(Correction):
    """The correction of one tile."""

    def __init__(self, whole: RefPixCorrection, tile: Tile) -> None:
        self.whole = whole
        self.tile = tile
        fast = 0 if whole.transposed else 1
        self.keys = column_keys(whole.places[fast][tile[fast]])
        self.slow = tile[1 - fast]

    def pixels(self, block: Block) -> Counts | None:
        """Refuse reference pixels that the survey has not seen."""
        if self.whole.one_output:
            flags = _REFERENCE_PIXEL | _DO_NOT_USE
            found = (block.pixeldq & flags) == _REFERENCE_PIXEL
            for edge in self.whole.layout.tiles:
                rows, columns = (
                    slice(max(0, e.start - t.start), max(0, e.stop - t.start))
                    for e, t in zip(edge, self.tile, strict=True)
                )
                found[rows, columns] = False
            if found.any():
                raise InputError(
                    f"{self.whole.name}: {np.count_nonzero(found)} pixels are flagged "
                    "REFERENCE_PIXEL in PIXELDQ that are not at the detector's border, expected "
                    "none; is its mask of another subarray?"
                )
        return None

    def samples(self, block: Block) -> Counts | None:
        """Subtract the drift of each group."""
        if self.whole.groups:
            self._subtract(block.data, self.whole.groups[block.groups])
        return None

    def zeroframe(self, block: Block) -> Counts | None:
        """Subtract the drift of a zero frame; zeros, which are bad samples, stay."""
        if self.whole.zeroframes:
            bad = block.zeroframe == 0
            self._subtract(block.zeroframe, self.whole.zeroframes[block.groups])
            zeroed(block.zeroframe, bad, out=block.zeroframe)
        return None

    def _subtract(self, images: NDArray[np.float32], drifts: Sequence[Drift]) -> None:
        none = np.zeros(self.slow.stop - self.slow.start)
        _subtract(
            images,
            np.stack([each.columns.ravel() for each in drifts]),
            self.keys,
            np.stack([none if each.rows is None else each.rows[self.slow] for each in drifts]),
            [each.single for each in drifts],
            transposed=self.whole.transposed,
        )
