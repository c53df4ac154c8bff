"""The only loop over blocks: load, correct by every correction of a chain in turn, store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from strun.blockio.tiles import Tile
from strun.engine.correction import BY_GROUP, BY_INTEGRATION, BY_PIXEL, Block, Correction
from strun.engine.needs import changed_by, needed
from strun.engine.plan import Plan, Task, plan
from strun.engine.totals import Totals, merge, merge_all
from strun.engine.workers import choose, run

if TYPE_CHECKING:
    from strun.engine.arrays import BlockArray

__all__ = ["Arrays", "Exposure", "Sink", "correct"]

Arrays = dict[str, "BlockArray"]


class Sink(NamedTuple):
    """
    Where the exposure goes as it is after some corrections of the chain.

    Attributes
    ----------
    position : int
        How many corrections have been applied.
    open : callable
        Returns the arrays to store into; each worker calls it for its own.
    """

    position: int
    open: Callable[[], Arrays]


class Exposure(NamedTuple):
    """
    An exposure whose arrays can be loaded by blocks.

    Attributes
    ----------
    open : callable
        Returns the arrays; each worker calls it for its own, for their buffers.
    ngroups : int
        Groups of an integration.
    """

    open: Callable[[], Arrays]
    ngroups: int


def correct(
    exposure: Exposure,
    corrections: Sequence[Correction],
    sinks: Sequence[Sink],
    *,
    beside: Callable[[], None] | None = None,
) -> list[Totals]:
    """
    Correct an exposure in one pass.

    Parameters
    ----------
    exposure : Exposure
        What is corrected.
    corrections : sequence of Correction
        Applied to every block, in order.
    sinks : sequence of Sink
        Where results go.
    beside : callable, optional
        What this thread does before it corrects, or while others do.

    Returns
    -------
    list of dict
        What each correction counted.
    """
    arrays = exposure.open()
    if not arrays:
        return [{} for _ in corrections]
    image = next(iter(arrays.values())).shape[1:]
    size = sum(a.shape[0] * a.shape[1] * a.shape[2] * a.itemsize for a in arrays.values())
    workers = choose(size, heavy=any(each.heavy for each in corrections))
    chain = list(_surveyed(corrections, arrays, exposure.ngroups, image))
    cut = plan_for(arrays, chain, exposure.ngroups, workers.block_bytes, workers.threads)
    first = [arrays]

    def work(tasks: Iterable[Task]) -> list[Totals]:
        mine = first.pop() if first else exposure.open()
        one = _Pass(chain, mine, sinks, cut, exposure.ngroups, image)
        for task in tasks:
            one.correct(task)
        return one.totals

    totals = merge_all(run(workers, cut.tasks, work, beside=beside)) or [{} for _ in chain]
    return [each.concluded(counted) for each, counted in zip(chain, totals, strict=True)]


def plan_for(
    arrays: Any,  # noqa: ANN401 - names to anything with a shape and an itemsize
    corrections: Sequence[Correction],
    ngroups: int,
    budget: int,
    workers: int,
) -> Plan:
    """Cut an exposure so that a block of its widest array takes the budget."""
    sampled = [name for name in BY_GROUP if name in arrays]
    if not sampled:
        _, ny, nx = next(iter(arrays.values())).shape
        return plan((1, ny, nx), 4, budget=budget, workers=workers)
    widest = max(arrays[name].itemsize for name in sampled)
    return plan(
        arrays[sampled[0]].shape,
        widest,
        budget=budget,
        workers=workers,
        together=ngroups if any(each.whole_ramp for each in corrections) else None,
        tiles_only=any(each.has_finish for each in corrections),
    )


def _extents(corrections: Sequence[Correction], core: Tile, image: tuple[int, int]) -> list[Tile]:
    """Return what each correction must be given so that the last one gets the core right."""
    halos = [each.halo for each in corrections]
    return [core.grown(sum(halos[number:]), image) for number in range(len(halos))]


def _narrowed(values: Any, outer: Tile, tile: Tile) -> Any:  # noqa: ANN401
    """Return a view of what a tile takes of arrays that cover a larger one."""
    if outer == tile:
        return values
    rows, columns = tile.inside(outer)
    return {name: array[..., rows, columns] for name, array in values.items()}


class _Chain:
    """The corrections of one tile, and what each of them is given."""

    def __init__(
        self, corrections: Sequence[Correction], core: Tile, image: tuple[int, int], ngroups: int
    ) -> None:
        self.core = core
        self.ngroups = ngroups
        self.extents = _extents(corrections, core, image)
        self.outer = self.extents[0] if self.extents else core
        self.here = [each.at(e) for each, e in zip(corrections, self.extents, strict=True)]

    def apply(
        self,
        method: str,
        values: dict[str, Any],
        groups: slice,
        totals: list[Totals] | None,
        after: Callable[[int], None] | None = None,
        count: int | None = None,
    ) -> None:
        """Apply one method of every correction, in order, to arrays that cover `outer`."""
        for number, (correction, tile) in enumerate(zip(self.here, self.extents, strict=True)):
            if number == count:
                return
            block = Block(
                tile,
                groups,
                ngroups=self.ngroups,
                core=self.core,
                **_narrowed(values, self.outer, tile),
            )
            counts = getattr(correction, method)(block)
            if totals is not None:
                merge(totals[number], counts)
            if after is not None:
                after(number + 1)


def _as_planes(values: dict[str, Any]) -> dict[str, Any]:
    """Return arrays of pixels as a correction sees them: without the axis of a single plane."""
    return {n: v[0] if len(v) == 1 else v for n, v in values.items()}


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
        # the last one may store into the arrays that are loaded
        self.sinks: dict[int, tuple[frozenset[str], Arrays]] = {
            sink.position: (changed_by(corrections[: sink.position]), sink.open()) for sink in sinks
        }

    def correct(self, task: Task) -> None:
        """Correct a tile of some groups, and store it."""
        chain = _Chain(self.corrections, task.tile, self.image, self.ngroups)
        # pixels are corrected for every run of groups, but counted and stored once
        first = task.groups.start == 0
        totals = self.totals if first else None
        pixels = self._load(BY_PIXEL, chain.outer, None)
        planes: dict[int, dict[str, Any]] = {}

        def keep(position: int) -> None:
            if position in self.sinks and position < len(self.corrections):
                planes[position] = {name: array.copy() for name, array in pixels.items()}

        flat = _as_planes(pixels)
        chain.apply("pixels", flat, task.groups, totals, keep)
        planes[len(self.corrections)] = pixels
        if first:
            self._correct_zeroframes(chain, task)
        for groups in self.cut.blocks(task) if self._has(BY_GROUP) else ():
            values = self._load(BY_GROUP, chain.outer, groups)
            chain.apply(
                "samples",
                {**flat, **values},
                groups,
                self.totals,
                partial(self._store, chain, values, groups),
            )
        for position, kept in planes.items():
            last = position == len(self.corrections)
            counted = totals if last else None
            chain.apply("finish", _as_planes(kept), task.groups, counted, count=position)
            if first:
                self._store(chain, kept, None, position)

    def _correct_zeroframes(self, chain: _Chain, task: Task) -> None:
        for name in BY_INTEGRATION:
            if name not in self.arrays:
                continue
            for number in range(self.arrays[name].shape[0]):
                one = slice(number, number + 1)
                values = {name: self.arrays[name].load(chain.outer, one)}
                chain.apply(
                    "zeroframe",
                    values,
                    one,
                    self.totals,
                    partial(self._store, chain, values, one),
                )

    def _has(self, names: Sequence[str]) -> bool:
        return any(name in self.arrays for name in names)

    def _load(self, names: Sequence[str], tile: Tile, groups: slice | None) -> dict[str, Any]:
        return {
            name: self.arrays[name].load(tile, groups or slice(0, self.arrays[name].shape[0]))
            for name in names
            if name in self.arrays
        }

    def _store(
        self, chain: _Chain, values: dict[str, Any], groups: slice | None, position: int
    ) -> None:
        """Store the core of what was changed, where there is a sink."""
        if position not in self.sinks:
            return
        changed, arrays = self.sinks[position]
        for name, array in _narrowed(values, chain.outer, chain.core).items():
            if name in changed and name in arrays:
                arrays[name].store(chain.core, groups or slice(0, len(array)), array)


def _surveyed(
    corrections: Sequence[Correction], arrays: Arrays, ngroups: int, image: tuple[int, int]
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
    arrays: Arrays,
    ngroups: int,
    image: tuple[int, int],
) -> Iterator[list[Block]]:
    """Yield the blocks of each integration, as the corrections before leave them."""
    names = needed([*before, asking])
    everything = {name: array for name, array in arrays.items() if name in names}
    chains = [_Chain([c.own() for c in before], edge, image, ngroups) for edge in edges]
    kept = []
    for chain in chains:
        pixels = {
            name: everything[name].load(chain.outer, slice(0, everything[name].shape[0])).copy()
            for name in BY_PIXEL
            if name in everything
        }
        chain.apply("pixels", _as_planes(pixels), slice(0, 0), None)
        kept.append(_as_planes(pixels))
    total = next(everything[name].shape[0] for name in BY_GROUP if name in everything)
    for number in range(total // ngroups):
        groups = slice(number * ngroups, (number + 1) * ngroups)
        yield [
            _surveyed_block(chain, pixels, everything, number, groups)
            for chain, pixels in zip(chains, kept, strict=True)
        ]


def _surveyed_block(
    chain: _Chain, pixels: dict[str, Any], arrays: Arrays, number: int, groups: slice
) -> Block:
    values = dict(pixels)
    samples = {n: arrays[n].load(chain.outer, groups).copy() for n in BY_GROUP if n in arrays}
    chain.apply("samples", {**pixels, **samples}, groups, None)
    one = slice(number, number + 1)
    zeros = {n: arrays[n].load(chain.outer, one).copy() for n in BY_INTEGRATION if n in arrays}
    if zeros:
        chain.apply("zeroframe", zeros, one, None)
    values = _narrowed({**values, **samples, **zeros}, chain.outer, chain.core)
    return Block(chain.core, groups, ngroups=chain.ngroups, **values)
