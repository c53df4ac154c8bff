"""Corrections of every kind, an exposure, and a plain loop that tells what is right."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strun.blockio.tiles import Tile
from strun.engine.arrays import MemoryArray
from strun.engine.correction import Block, Correction

NINTS, NGROUPS, NY, NX = SHAPE = (2, 4, 12, 16)
WHOLE = Tile(slice(0, NY), slice(0, NX))

Values = dict[str, NDArray[Any]]


def make_arrays(seed: int = 5) -> Values:
    """Return an exposure in memory."""
    rng = np.random.default_rng(seed)
    return {
        "data": rng.integers(0, 4000, SHAPE).astype(np.float32),
        "err": rng.integers(1, 9, SHAPE).astype(np.float32),
        "groupdq": (rng.random(SHAPE) < 0.2).astype(np.uint8),
        "pixeldq": rng.integers(0, 4, (NY, NX)).astype(np.uint32),
        "zeroframe": rng.integers(0, 99, (NINTS, NY, NX)).astype(np.float32),
    }


class Smear(Correction):
    """Adds the mean of the neighbors to each sample, as far as the halo reaches."""

    changes = ("data",)

    def __init__(self, halo: int) -> None:
        self.halo = halo

    def samples(self, block: Block) -> dict[str, Any]:
        before = block.data.copy()
        for shift in range(1, self.halo + 1):
            block.data[:, shift:] += before[:, :-shift]
            block.data[..., :-shift] += before[..., shift:]
        return {"sum": float(block.data[(..., *block.core)].sum(dtype=float))}


class Place(Correction):
    """Adds what depends on integration, group, row and column."""

    changes = ("data", "err")

    def samples(self, block: Block) -> dict[str, Any]:
        rows = np.arange(block.tile.rows.start, block.tile.rows.stop)[:, None]
        columns = np.arange(block.tile.columns.start, block.tile.columns.stop)
        for index, integration, group in block.each_group():
            block.data[index] += 100 * integration + 10 * group + rows + 2 * columns
            block.err[index] *= 2
        return {"sizes": [block.data[(..., *block.core)].size], "max_group": block.groups.stop}


class Pixels(Correction):
    """Counts in each pixel how often it was corrected, and adds its flags to the samples."""

    changes = ("pixeldq", "data")

    def pixels(self, block: Block) -> dict[str, int]:
        block.pixeldq += np.uint32(1)
        return {"pixels": block.pixeldq[block.core].size}

    def samples(self, block: Block) -> None:
        block.data += block.pixeldq


class Accumulate(Correction):
    """Gives each group the flags of the groups before it."""

    changes = ("groupdq",)
    whole_ramp = True

    def samples(self, block: Block) -> dict[str, int]:
        assert len(block.groupdq) == block.ngroups
        np.bitwise_or.accumulate(block.groupdq, axis=0, out=block.groupdq)
        return {"flagged": int(np.count_nonzero(block.groupdq[(..., *block.core)]))}


class AllGroups(Correction):
    """Flags pixels that have a flag in all groups of the exposure."""

    changes = ("pixeldq",)
    reads = ("groupdq",)
    has_finish = True

    def __init__(self) -> None:
        self.seen: Any = None

    def at(self, tile: Tile) -> Correction:
        here = copy.copy(self)
        here.seen = np.zeros(tile.shape, int)
        return here

    def samples(self, block: Block) -> None:
        self.seen += (block.groupdq != 0).sum(axis=0)

    def finish(self, block: Block) -> dict[str, int]:
        block.pixeldq[self.seen == NINTS * NGROUPS] |= np.uint32(1 << 9)
        return {"finished": block.pixeldq[block.core].size}


class Border(Correction):
    """Subtracts the median that the border of an integration has after the steps before."""

    changes = ("data",)
    reads = ("groupdq",)

    def __init__(self, medians: Sequence[float] = ()) -> None:
        self.medians = medians

    def edges(self, image: tuple[int, int]) -> list[Tile]:
        ny, nx = image
        return [Tile(slice(0, 2), slice(0, nx)), Tile(slice(0, ny), slice(nx - 3, nx))]

    def surveyed(self, integrations: Iterator[list[Block]]) -> Border:
        medians = []
        for blocks in integrations:
            assert all(len(block.data) == block.ngroups for block in blocks)
            good = [block.data[block.groupdq == 0] for block in blocks]
            medians.append(float(np.median(np.concatenate(good))))
        return Border(medians)

    def samples(self, block: Block) -> None:
        for index, integration, _ in block.each_group():
            block.data[index] -= np.float32(self.medians[integration])


class ZeroFrames(Correction):
    """Doubles the zero frames."""

    changes = ("zeroframe",)

    def zeroframe(self, block: Block) -> dict[str, int]:
        block.zeroframe *= 2
        return {"zeroframes": block.zeroframe[(..., *block.core)].size}


class WholeGroups(Correction):
    """Subtracts from each group what it has in the mean, and flags what is above it."""

    changes = ("data", "groupdq")
    whole_frames = True

    def samples(self, block: Block) -> dict[str, int]:
        block.data += 3
        return {"samples": block.data[(..., *block.core)].size}

    def frames(self, arrays: Mapping[str, Any]) -> dict[str, int]:
        above = 0
        for number in range(arrays["data"].shape[0]):
            one = slice(number, number + 1)
            data, flags = (arrays[name].load(WHOLE, one).copy() for name in self.changes)
            data -= np.float32(int(data.sum(dtype=float)) // data.size)
            flags[data > 0] |= np.uint8(64)
            above += int((data > 0).sum())
            arrays["data"].store(WHOLE, one, data)
            arrays["groupdq"].store(WHOLE, one, flags)
        return {"samples": 0, "above": above}


KINDS = [
    lambda: Smear(1),
    lambda: Smear(2),
    Place,
    Pixels,
    Accumulate,
    AllGroups,
    Border,
    ZeroFrames,
    WholeGroups,
]


def plain(chain: Sequence[Correction], arrays: Mapping[str, NDArray[Any]]) -> Values:
    """Correct the whole image by one correction after the other."""
    values = {name: array.copy() for name, array in arrays.items()}

    def block(tile: Tile, integration: int) -> Block:
        groups = slice(integration * NGROUPS, (integration + 1) * NGROUPS)
        cut = {n: v[integration] for n, v in values.items() if v.ndim == 4}
        cut |= {"pixeldq": values["pixeldq"], "zeroframe": values["zeroframe"][integration][None]}
        cut = {name: v[(..., *tile)] for name, v in cut.items()}
        return Block(tile, groups, ngroups=NGROUPS, **cut)

    for each in chain:
        edges = each.edges((NY, NX))
        if edges:
            each = each.surveyed([block(edge, i) for edge in edges] for i in range(NINTS))
        here = each.at(WHOLE)
        here.pixels(block(WHOLE, 0))
        for method in (here.zeroframe, here.samples):
            for integration in range(NINTS):
                method(block(WHOLE, integration))
        here.finish(block(WHOLE, 0))
        each.frames({name: MemoryArray(array) for name, array in values.items()})
    return values
