"""Corrections in a chain: what they need and count, and their work on a tile of the image."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from strun.blockio.tiles import Tile
from strun.datamodels.model import JwstDataModel
from strun.engine.correction import Block, Correction
from strun.errors import StepError

Totals = dict[str, Any]
"""What a correction counted, added up."""
Values = dict[str, Any]
"""Arrays (ndarray) by their names, of the size of a tile."""


def ngroups_of(model: JwstDataModel) -> int:
    """Return the groups of an integration, 1 for an exposure without that axis."""
    shape = model.array_shape("data")
    return shape[-3] if shape is not None and len(shape) > 3 else 1


def changed_by(corrections: Iterable[Correction]) -> frozenset[str]:
    """Return the names of the arrays that corrections rewrite."""
    return frozenset(name for each in corrections for name in each.changes)


def needed(corrections: Iterable[Correction]) -> list[str]:
    """Return the names of the arrays that corrections work on."""
    return list(dict.fromkeys(n for each in corrections for n in (*each.changes, *each.reads)))


def passes(corrections: Sequence[Correction]) -> list[slice]:
    """Return which corrections each pass over an exposure has; the last one may have none."""
    ends = [number for number, each in enumerate(corrections, 1) if each.whole_frames]
    return [slice(a, b) for a, b in zip([0, *ends], [*ends, len(corrections)], strict=True)]


def require_arrays(model: JwstDataModel, corrections: Sequence[Correction]) -> list[str]:
    """Return the names of the arrays that corrections work on; StepError when a model has none."""
    for correction in corrections:
        unknown = [name for name in needed([correction]) if name not in model.arrays]
        if unknown:
            raise StepError(
                f"{model.label}: {type(correction).__name__} corrects {', '.join(unknown)}, "
                f"which a {type(model).__name__} does not have; it has "
                f"{', '.join(model.arrays)}; is it an exposure?"
            )
    return needed(corrections)


def merge(totals: Totals, counts: Mapping[str, Any] | None) -> None:
    """Add counts to totals: numbers and lists summed, of ``max_*`` the largest."""
    for name, value in (counts or {}).items():
        old = totals.get(name)
        if old is None:
            totals[name] = value
        elif name.startswith("max_"):
            totals[name] = max(old, value)
        elif isinstance(value, list):
            totals[name] = [a + b for a, b in zip(old, value, strict=True)]
        else:
            totals[name] = old + value


def merge_all(several: Iterable[Sequence[Totals]]) -> list[Totals]:
    """Return the totals of each correction, added up over workers."""
    result: list[Totals] = []
    for one in several:
        if not result:
            result = [{} for _ in one]
        for totals, counts in zip(result, one, strict=True):
            merge(totals, counts)
    return result


def values_of(
    corrections: Iterable[Correction], totals: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the `reserved` metadata of corrections by path, None for those to be left out."""
    found: dict[str, Any] = {}
    for correction, counted in zip(corrections, totals, strict=False):
        if correction.reserved:
            values = correction.keywords(counted)
            found |= {path: values.get(path) for path in correction.reserved}
    return found


def _extents(corrections: Sequence[Correction], core: Tile, image: tuple[int, int]) -> list[Tile]:
    """Return what each correction must be given so that the last one gets the core right."""
    halos = [each.halo for each in corrections]
    return [core.grown(sum(halos[number:]), image) for number in range(len(halos))]


def narrowed(values: Values, outer: Tile, tile: Tile) -> Values:
    """Return views of what a tile takes of arrays that cover a larger one."""
    if outer == tile:
        return values
    rows, columns = tile.inside(outer)
    return {name: array[..., rows, columns] for name, array in values.items()}


def as_planes(values: Values) -> Values:
    """Return arrays of pixels as a correction sees them: without the axis of a single plane."""
    return {n: v[0] if len(v) == 1 else v for n, v in values.items()}


class Chain:
    """
    The corrections of one worker, in order, on one tile of an image of rows and columns.

    `core` is what must be right in the end, `outer` what the arrays must cover: the core and all
    halos. `results` is what the corrections made of the last samples for other products, of the
    core.
    """

    def __init__(
        self, corrections: Sequence[Correction], core: Tile, image: tuple[int, int], ngroups: int
    ) -> None:
        self.corrections = corrections
        self.core = core
        self.ngroups = ngroups
        self.extents = _extents(corrections, core, image)
        self.outer = self.extents[0] if self.extents else core
        self.here = [each.at(e) for each, e in zip(corrections, self.extents, strict=True)]
        self.results: Values = {}
        # the pixels as each correction leaves them, which is how its `samples` must see them
        self._left: list[Values] = [{} for _ in corrections]

    def correct_pixels(
        self,
        pixels: Values,
        groups: slice,
        totals: list[Totals] | None,
        after: Callable[[int], None] | None = None,
    ) -> None:
        """
        Correct the arrays of one value a pixel; to be called before `correct_samples`.

        `after` is told how many corrections have been applied: at first none.
        """
        flat = as_planes(pixels)
        if after is not None:
            after(0)

        def keep(position: int) -> None:
            named = needed([self.corrections[position - 1]])
            later = changed_by(self.corrections[position:])
            self._left[position - 1] = {
                n: flat[n].copy() if n in later else flat[n] for n in named if n in flat
            }
            if after is not None:
                after(position)

        self.apply("pixels", [flat] * len(self.here), groups, totals, keep)

    def correct_samples(
        self,
        samples: Values,
        groups: slice,
        totals: list[Totals] | None,
        after: Callable[[int], None] | None = None,
    ) -> None:
        """Correct the arrays of one value a group and pixel."""
        self.results.clear()
        if after is not None:
            after(0)
        for number, correction in enumerate(self.corrections):
            # beside corrections of whole exposures, the others get one integration after the other
            parts = [groups] if correction.whole_exposure else self._parts(groups)
            for part in parts:
                inner = slice(part.start - groups.start, part.stop - groups.start)
                mine = {name: array[inner] for name, array in samples.items()}
                self._apply("samples", number, self._left[number] | mine, part, totals)
            if after is not None:
                after(number + 1)

    def _parts(self, groups: slice) -> list[slice]:
        if not any(each.whole_exposure for each in self.corrections):
            return [groups]
        starts = range(groups.start, groups.stop, self.ngroups)
        return [slice(start, start + self.ngroups) for start in starts]

    def correct_zeroframe(
        self,
        values: Values,
        integration: slice,
        totals: list[Totals] | None,
        after: Callable[[int], None] | None = None,
    ) -> None:
        """Correct the zero frame of an integration."""
        if after is not None:
            after(0)
        self.apply("zeroframe", [values] * len(self.here), integration, totals, after)

    def give_zeroframes(self, values: Values) -> None:
        """Let corrections of whole exposures that read them see corrected zero frames."""
        for correction, left in zip(self.corrections, self._left, strict=True):
            if correction.whole_exposure:
                left.update({n: v for n, v in values.items() if n in correction.reads})

    def finish(
        self, pixels: Values, groups: slice, totals: list[Totals] | None, position: int
    ) -> None:
        """Finish the pixels as they are after some of the corrections."""
        self.apply("finish", [as_planes(pixels)] * position, groups, totals)

    def apply(
        self,
        method: str,
        values: Sequence[Values],
        groups: slice,
        totals: list[Totals] | None,
        after: Callable[[int], None] | None = None,
    ) -> None:
        """Apply one method of the first corrections, in order, each to its arrays."""
        for number, given in enumerate(values):
            self._apply(method, number, given, groups, totals)
            if after is not None:
                after(number + 1)

    def _apply(
        self, method: str, number: int, given: Values, groups: slice, totals: list[Totals] | None
    ) -> None:
        tile = self.extents[number]
        block = Block(
            tile,
            groups,
            ngroups=self.ngroups,
            core=self.core,
            results=self.results,
            **narrowed(given, self.outer, tile),
        )
        counts = getattr(self.here[number], method)(block)
        if totals is not None:
            merge(totals[number], counts)
