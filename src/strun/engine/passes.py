"""An exposure corrected in one pass; in several where corrections look at whole groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from strun.datamodels.model import JwstDataModel
from strun.engine.arrays import MemoryArray, OutputArray
from strun.engine.chain import (
    Totals,
    changed_by,
    merge,
    needed,
    ngroups_of,
    passes,
    require_arrays,
    values_of,
)
from strun.engine.correction import BY_GROUP, BY_INTEGRATION, BY_PIXEL, Correction
from strun.engine.loop import Arrays, Exposure, Sink, one_pass
from strun.engine.plan import Plan
from strun.engine.workers import Workers

if TYPE_CHECKING:
    from strun.engine.scratch import Scratch

_ALL = (*BY_PIXEL, *BY_GROUP, *BY_INTEGRATION)


def result_sinks(
    corrections: Sequence[Correction], arrays: Mapping[str, OutputArray]
) -> list[Sink]:
    """Return sinks for results of blocks, each behind the correction that makes it."""
    return [
        Sink(position, partial(dict, {name: arrays[name]}))
        for position, correction in enumerate(corrections, 1)
        for name in correction.results
        if name in arrays
    ]


def correct(
    exposure: Exposure,
    corrections: Sequence[Correction],
    sinks: Sequence[Sink],
    *,
    beside: Callable[[], None] | None = None,
    cut: Plan | None = None,
    workers: Workers | None = None,
) -> list[Totals]:
    """
    Correct an exposure, and return what each correction counted.

    This thread calls `beside` before it corrects, or while others do. `cut` and `workers` take the
    place of the usual tiles, and of as many threads as pay. Between two passes the arrays are in a
    scratch file: OutputError when there is no room for it.
    """
    if not exposure.open():
        return [{} for _ in corrections]
    found: list[Totals] = []
    before: Scratch | None = None
    parts = passes(corrections)
    with ExitStack() as files:
        for part in parts:
            mine = corrections[part]
            opened = partial(_arrays, exposure, needed(mine), before)
            last = part == parts[-1]
            here = [
                Sink(sink.position - part.start, sink.open)
                for sink in sinks
                if part.start <= sink.position and (last or sink.position < part.stop)
            ]
            after = None
            if not last:
                from strun.engine.scratch import Scratch

                kept = _kept(corrections, part.stop, sinks)
                arrays = {n: array for n, array in opened().items() if n in kept}
                after = files.enter_context(Scratch(arrays))
                here.append(Sink(len(mine), after.open))
            chain, totals = one_pass(
                Exposure(opened, exposure.ngroups),
                mine,
                here,
                beside=beside,
                cut=cut,
                workers=workers,
            )
            if after is not None:
                counts = chain[-1].frames(after.open())
                merge(totals[-1], counts)
            found += [each.concluded(counted) for each, counted in zip(chain, totals, strict=True)]
            before, beside = after, None
    return found


def _arrays(exposure: Exposure, names: Sequence[str], before: Scratch | None) -> Arrays:
    """Return the arrays of a pass; for one worker."""
    arrays = {name: array for name, array in exposure.open().items() if name in names}
    return arrays if before is None else arrays | before.open()


def _kept(corrections: Sequence[Correction], end: int, sinks: Sequence[Sink]) -> set[str]:
    """Return the names of the arrays that are kept after some of the corrections."""
    wanted = set(needed(corrections[end - 1 :]))
    for sink in sinks:
        if sink.position >= end:
            wanted.update(sink.open())
    return wanted & changed_by(corrections[:end])


def correct_in_memory(
    model: JwstDataModel,
    *corrections: Correction,
    results: Mapping[str, NDArray[Any]] | None = None,
    others: Mapping[str, OutputArray] | None = None,
) -> list[Totals]:
    """
    Correct a model's arrays in place, and return what each correction counted.

    Arrays that the corrections name are read if they have not been, and made if missing. `results`
    are arrays of other products, by their names among the results of blocks, which are filled;
    `others` is what else of those is stored.
    """
    present: dict[str, MemoryArray] = {}
    # a tile that looks beyond itself must not see what was corrected already, nor must pixels be
    # corrected again with each run of groups
    looked_at = _ALL if any(each.halo for each in corrections) else BY_PIXEL
    kept = changed_by(corrections).intersection(looked_at)
    for name in require_arrays(model, corrections):
        values = model.fitting(name)
        if values is None:
            continue
        values = np.ascontiguousarray(values)
        if not values.flags.writeable:
            values = values.copy()
        if values is not getattr(model, name):
            setattr(model, name, values)
        present[name] = MemoryArray(values, keep_source=name in kept)
    stored = {name: present[name] for name in changed_by(corrections) if name in present}
    stored |= {name: MemoryArray(array) for name, array in (results or {}).items()}
    exposure = Exposure(lambda: dict(present), ngroups_of(model))
    sinks = [Sink(len(corrections), lambda: dict(stored)), *result_sinks(corrections, others or {})]
    totals = correct(exposure, corrections, sinks)
    for path, value in values_of(corrections, totals).items():
        model[path] = value
    return totals
