"""The only loop over blocks: load, correct by every correction of a chain in turn, store."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from strun.blockio.tiles import Tile
from strun.engine.chain import Chain, Totals, Values, as_planes, merge_all, narrowed, needed
from strun.engine.correction import BY_GROUP, BY_INTEGRATION, BY_PIXEL, Block, Correction
from strun.engine.plan import Plan, Task, plan_for
from strun.engine.workers import Workers, choose, run

if TYPE_CHECKING:
    from strun.engine.arrays import InputArray, OutputArray

Arrays = dict[str, "InputArray"]
Outputs = Mapping[str, "OutputArray"]


class Sink(NamedTuple):
    """
    Where the exposure goes as it is after some corrections of the chain, `position` of them.

    `open` returns the arrays to store into, by name; each worker calls it for its own. They may be
    the arrays that are loaded.
    """

    position: int
    open: Callable[[], Outputs]


class Exposure(NamedTuple):
    """
    An exposure whose arrays can be loaded by blocks; `ngroups` are those of an integration.

    `open` returns the arrays; each worker calls it for its own, for their buffers.
    """

    open: Callable[[], Arrays]
    ngroups: int


def one_pass(
    exposure: Exposure,
    corrections: Sequence[Correction],
    sinks: Sequence[Sink],
    *,
    beside: Callable[[], None] | None,
    cut: Plan | None,
    workers: Workers | None,
) -> tuple[list[Correction], list[Totals]]:
    """
    Correct an exposure block by block; parameters as of `passes.correct`.

    Return the corrections, as the survey and what was counted have made them, and what each of
    them counted.
    """
    import numpy as np

    arrays = exposure.open()
    image = next(iter(arrays.values())).shape[1:]
    size = sum(math.prod(each.shape) * each.dtype.itemsize for each in arrays.values())
    workers = workers or choose(size, heavy=sum(each.heavy for each in corrections))
    # samples and references may be NaN or infinite: that is no mistake of the arithmetic
    with np.errstate(all="ignore"):
        chain = list(surveyed(corrections, arrays, exposure.ngroups, image))
    if cut is None:
        cut = plan_for(arrays, chain, exposure.ngroups, workers.block_bytes, workers.threads)
    opened = iter([arrays])

    def work(tasks: Iterable[Task]) -> list[Totals]:
        mine = next(opened, None) or exposure.open()
        one = _Pass(chain, mine, sinks, cut, exposure.ngroups, image)
        with np.errstate(all="ignore"):
            for task in tasks:
                one.correct(task)
        return one.totals

    while True:
        totals = merge_all(run(workers, cut.tasks, work, beside=beside)) or [{} for _ in chain]
        better = [each.revised(counted) for each, counted in zip(chain, totals, strict=True)]
        if not any(better):
            return chain, totals
        chain = [new or old for new, old in zip(better, chain, strict=True)]
        beside = None


class _Pass:
    """The work of one worker: tasks, one after the other."""

    def __init__(
        self,
        corrections: Sequence[Correction],
        arrays: Arrays,
        sinks: Sequence[Sink],
        cut: Plan,
        ngroups: int,
        image: tuple[int, int],
    ) -> None:
        self.corrections = [each.own() for each in corrections]
        self.arrays = arrays
        self.cut = cut
        self.ngroups = ngroups
        self.image = image
        self.totals: list[Totals] = [{} for _ in corrections]
        self.sinks = [(sink.position, sink.open()) for sink in sinks]
        self.zeroframes_read = {n for c in corrections if c.whole_exposure for n in c.reads}
        self.positions = {sink.position for sink in sinks}

    def correct(self, task: Task) -> None:
        """Correct a tile of some groups, and store it."""
        chain = Chain(self.corrections, task.tile, self.image, self.ngroups)
        # pixels are corrected for every run of groups, but counted and stored once
        first = task.groups.start == 0
        totals = self.totals if first else None
        pixels = self._load(BY_PIXEL, chain.outer, None)
        planes: dict[int, Values] = {}

        def keep(position: int) -> None:
            if position in self.positions and position < len(self.corrections):
                planes[position] = {name: array.copy() for name, array in pixels.items()}

        chain.correct_pixels(pixels, task.groups, totals, keep)
        planes[len(self.corrections)] = pixels
        if first:
            self._correct_zeroframes(chain)
        for groups in self.cut.blocks(task) if self._has(BY_GROUP) else ():
            values = self._load(BY_GROUP, chain.outer, groups)
            store = partial(self._store, chain, values, groups)
            chain.correct_samples(values, groups, self.totals, store)
        for position, kept in planes.items():
            counted = totals if position == len(self.corrections) else None
            chain.finish(kept, task.groups, counted, position)
            if first:
                self._store(chain, kept, None, position)
        self._store_results(chain)

    def _correct_zeroframes(self, chain: Chain) -> None:
        import numpy as np

        for name in BY_INTEGRATION:
            if name not in self.arrays:
                continue
            kept = []
            for number in range(self.arrays[name].shape[0]):
                one = slice(number, number + 1)
                values = {name: self.arrays[name].load(chain.outer, one)}
                store = partial(self._store, chain, values, one)
                chain.correct_zeroframe(values, one, self.totals, store)
                if name in self.zeroframes_read:
                    kept.append(values[name][0].copy())
            if kept:
                chain.give_zeroframes({name: np.stack(kept)})

    def _has(self, names: Sequence[str]) -> bool:
        return any(name in self.arrays for name in names)

    def _load(self, names: Sequence[str], tile: Tile, groups: slice | None) -> Values:
        return {
            name: self.arrays[name].load(tile, groups or slice(0, self.arrays[name].shape[0]))
            for name in names
            if name in self.arrays
        }

    def _store(self, chain: Chain, values: Values, groups: slice | None, position: int) -> None:
        """Store the core of what a sink asks for."""
        if position not in self.positions:
            return
        core = narrowed(values, chain.outer, chain.core)
        for where, arrays in self.sinks:
            if where != position:
                continue
            for name in core.keys() & arrays.keys():
                array = core[name]
                arrays[name].store(chain.core, groups or slice(0, len(array)), array)

    def _store_results(self, chain: Chain) -> None:
        """Store what the corrections have made for other products."""
        for name, array in chain.results.items():
            # of four axes: a stack for each integration, which may have room for more planes
            stacks = array if array.ndim == 4 else [array.reshape(-1, *chain.core.shape)]
            for arrays in (arrays for _, arrays in self.sinks if name in arrays):
                room = arrays[name].shape[0] // len(stacks)
                for number, planes in enumerate(stacks):
                    first = number * room
                    arrays[name].store(chain.core, slice(first, first + len(planes)), planes)


def surveyed(
    corrections: Sequence[Correction],
    arrays: Mapping[str, InputArray],
    ngroups: int,
    image: tuple[int, int],
) -> Iterator[Correction]:
    """Yield the corrections; those that ask for a survey get it from the ones before them."""
    before: list[Correction] = []
    for correction in corrections:
        edges = correction.edges(image)
        if edges:
            walk = _survey(before, correction, edges, arrays, ngroups, image)
            correction = correction.surveyed(walk)
        before.append(correction)
        yield correction


def _survey(
    before: Sequence[Correction],
    asking: Correction,
    edges: Sequence[Tile],
    arrays: Mapping[str, InputArray],
    ngroups: int,
    image: tuple[int, int],
) -> Iterator[list[Block]]:
    """Yield the blocks of each integration, as the corrections before leave them."""
    names = needed([*before, asking])
    everything = {name: array for name, array in arrays.items() if name in names}
    chains = [Chain([c.own() for c in before], edge, image, ngroups) for edge in edges]
    kept = []
    for chain in chains:
        pixels = {
            name: everything[name].load(chain.outer, slice(0, everything[name].shape[0])).copy()
            for name in BY_PIXEL
            if name in everything
        }
        chain.correct_pixels(pixels, slice(0, 0), None)
        kept.append(as_planes(pixels))
    total = next(everything[name].shape[0] for name in BY_GROUP if name in everything)
    together = total if any(each.whole_exposure for each in before) else ngroups
    for first in range(0, total, together):
        groups = slice(first, first + together)
        blocks = [
            list(_surveyed_blocks(chain, pixels, everything, groups))
            for chain, pixels in zip(chains, kept, strict=True)
        ]
        yield from map(list, zip(*blocks, strict=True))


def _surveyed_blocks(
    chain: Chain, pixels: Values, arrays: Mapping[str, InputArray], groups: slice
) -> Iterator[Block]:
    """Yield the block of each integration among some groups."""
    samples = {n: arrays[n].load(chain.outer, groups).copy() for n in BY_GROUP if n in arrays}
    chain.correct_samples(samples, groups, None)
    for first in range(groups.start, groups.stop, chain.ngroups):
        one = slice(first // chain.ngroups, first // chain.ngroups + 1)
        zeros = {n: arrays[n].load(chain.outer, one).copy() for n in BY_INTEGRATION if n in arrays}
        if zeros:
            chain.correct_zeroframe(zeros, one, None)
        part = slice(first, first + chain.ngroups)
        inner = slice(first - groups.start, part.stop - groups.start)
        mine = {name: array[inner] for name, array in samples.items()}
        values = narrowed({**pixels, **mine, **zeros}, chain.outer, chain.core)
        yield Block(chain.core, part, ngroups=chain.ngroups, **values)
