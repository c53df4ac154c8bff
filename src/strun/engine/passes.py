"""An exposure corrected in one pass; in several where corrections look at whole groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

from strun.engine.loop import Arrays, Exposure, Sink, one_pass
from strun.engine.needs import changed_by, needed, passes
from strun.engine.totals import Totals, merge

if TYPE_CHECKING:
    from strun.engine.arrays import OutputArray
    from strun.engine.correction import Correction
    from strun.engine.plan import Plan
    from strun.engine.scratch import Scratch
    from strun.engine.workers import Workers


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
    Correct an exposure.

    Between two passes its arrays are in a scratch file.

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
    cut : Plan, optional
        How the exposure is cut, in place of the usual.
    workers : Workers, optional
        Who corrects, in place of as many threads as pay.

    Returns
    -------
    list of dict
        What each correction counted.

    Raises
    ------
    OutputError
        When there is no room for a scratch file.
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
