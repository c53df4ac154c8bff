"""What corrections find out in a first pass over some rows and columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from strun.blockio.tiles import Tile
from strun.engine.chain import Chain, Values, as_planes, narrowed
from strun.engine.correction import BY_GROUP, BY_INTEGRATION, BY_PIXEL, Block, Correction
from strun.engine.needs import needed

if TYPE_CHECKING:
    from strun.engine.arrays import InputArray


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
