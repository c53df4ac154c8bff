"""The linearity correction of blocks of an exposure."""

from __future__ import annotations

import logging
import math
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from jwst.linearity import compiled
from jwst.linearity.coefficients import added_flags, aligned, make_safe, places
from jwst.linearity.polynomial import ChangeSearch, correct, correct_zeroframe
from strun.blockio.rows import Rows
from strun.blockio.tiles import Tile
from strun.datamodels.covering import Flags
from strun.datamodels.dqflags import group
from strun.effects.change import Largest
from strun.engine.chain import Totals
from strun.engine.correction import Block, Correction, Counts

log = logging.getLogger(__name__)

_SATURATED = np.uint8(group["SATURATED"])

_Places = tuple[NDArray[np.intp], ...]


class LinearityCorrection(Correction):
    """
    Corrects samples by the polynomial of each pixel, and flags pixels that have none.

    Coefficients are (coefficients, rows, columns); with those of the inverse polynomial, the
    `nframes` reads of a group are corrected one by one.
    """

    def __init__(
        self,
        coeffs: Rows,
        dq: Flags,
        *,
        inverse: Rows | None = None,
        nframes: int = 1,
        zeroframe: bool = False,
    ) -> None:
        self.coeffs = coeffs
        self.dq = dq
        self.inverse = inverse
        self.nframes = nframes
        self.whole_ramp = inverse is not None
        self.changes = ("data", "pixeldq", *(("zeroframe",) if zeroframe else ()))
        self.reads = ("groupdq",)
        self.largest = Largest()
        # coefficients, a raw plane, flags as read, raw, decoded and added, scratch, causes
        self.planes = coeffs.shape[0] + 7 + (0 if inverse is None else inverse.shape[0])
        self.buffers: dict[str, NDArray[np.float32]] = {}

    def own(self) -> Self:
        """Return the same correction with buffers of its own."""
        mine = super().own()
        mine.buffers = {}
        mine.largest = Largest()
        return mine

    def buffer(self, name: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
        """Return an array that the bands of a worker use in turn; new memory costs time."""
        size = math.prod(shape)
        if name not in self.buffers or self.buffers[name].size < size:
            self.buffers[name] = aligned((size,))
        return self.buffers[name][:size].reshape(shape)

    def polynomials(self, name: str, rows: Rows, tile: Tile) -> NDArray[np.float32]:
        """Return the coefficients of a tile, in a buffer."""
        return rows.read(tile, self.buffer(name, (rows.shape[0], *tile.shape)))

    def at(self, tile: Tile) -> Correction:
        """Return the correction of a tile, with its coefficients made safe."""
        return _LinearityTile(self, self._safe(tile))

    def concluded(self, totals: Totals) -> Totals:
        """Warn of infinite coefficients."""
        infinite = totals.get("pixels_infinite")
        if infinite:
            log.warning(
                "The reference has an infinite coefficient for %d pixels: their samples become "
                "infinite or NaN",
                infinite,
            )
        return totals

    def _safe(self, tile: Tile) -> _Polynomials:
        coeffs, inverse = self.polynomials("coeffs", self.coeffs, tile), None
        dq = self.dq.read(tile)
        causes = make_safe(coeffs, dq)
        counts = {name: places(where) for name, where in causes.items()}
        without = places(causes["flagged"] | causes["nan"] | causes["zero"])
        flags = dq | added_flags(causes)
        if self.inverse is not None:
            inverse = self.polynomials("inverse", self.inverse, tile)
            flags |= added_flags(make_safe(inverse, dq))
        return _Polynomials(coeffs, inverse, flags, counts, without)


class _Polynomials(NamedTuple):
    """Coefficients of a tile made safe, their flags, and where pixels have no polynomial."""

    coeffs: NDArray[np.float32]
    inverse: NDArray[np.float32] | None
    flags: NDArray[np.uint32]
    causes: dict[str, _Places]
    without: _Places


class _LinearityTile(Correction):
    """The linearity correction of a tile."""

    def __init__(self, whole: LinearityCorrection, polynomials: _Polynomials) -> None:
        self.changes = whole.changes
        self.reads = whole.reads
        self.largest = whole.largest
        self.nframes = whole.nframes
        self.coeffs, self.inverse, self.flags, self.causes, self.without = polynomials
        # the kernel looks for the largest change itself
        self.search = None if compiled.available else ChangeSearch(self.coeffs, self.largest)
        self.scratch = whole.buffer("scratch", self.coeffs.shape[1:])

    def pixels(self, block: Block) -> Counts | None:
        """Add the reference's flags, and NO_LIN_CORR where there is no polynomial."""
        block.pixeldq |= self.flags
        causes = {
            f"pixels_{name}": len(_inside(places, block.core)[0])
            for name, places in self.causes.items()
        }
        return {"pixels": self.flags[block.core].size, **causes}

    def samples(self, block: Block) -> Counts | None:
        """Correct the samples that are not saturated."""
        arrays, largest = (block.data, block.groupdq, self.coeffs), self.largest
        if self.inverse is not None:
            from jwst.linearity.reads import correct_reads

            saturated = correct_reads(*arrays, self.inverse, nframes=self.nframes, largest=largest)
        elif compiled.available:
            saturated = compiled.correct(*arrays, largest)
        else:
            saturated = correct(*arrays, self.scratch, self.search)
        flags = block.groupdq[(..., *block.core)]
        if saturated and flags.size < block.groupdq.size:
            saturated = int(np.count_nonzero(flags & _SATURATED))
        return {
            "samples": flags.size,
            "samples_saturated": saturated,
            "samples_without": self._without(block, saturated),
            **largest.counts(),
        }

    def _without(self, block: Block, saturated: int) -> int:
        """Count the samples of pixels without a polynomial that are not saturated."""
        rows, columns = _inside(self.without, block.core)
        count = rows.size * len(block.data)
        if saturated:
            flags = block.groupdq[:, rows, columns]
            count -= int(np.count_nonzero(flags & _SATURATED))
        return count

    def zeroframe(self, block: Block) -> Counts | None:
        """Correct the zero frames."""
        correct_zeroframe(block.zeroframe, self.coeffs, self.scratch)
        return None


def _inside(places: _Places, core: tuple[slice, slice]) -> _Places:
    """Return those of some rows and columns that are stored."""
    rows, columns = places
    inside = (rows >= core[0].start) & (rows < core[0].stop)
    inside &= (columns >= core[1].start) & (columns < core[1].stop)
    return places if inside.all() else (rows[inside], columns[inside])
