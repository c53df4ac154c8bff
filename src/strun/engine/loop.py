"""The only loop over blocks: load, correct, store; in memory, or from file to file."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from strun.blockio.blocks import Band, Plan
from strun.engine.correction import Block, Correction
from strun.engine.cutting import PIXELS, SAMPLES, ZEROFRAME, cut, needed, ngroups_of
from strun.engine.totals import Totals, merge
from strun.engine.workers import choose, run

if TYPE_CHECKING:
    from strun.blockio.copying import Background
    from strun.datamodels.model import JwstDataModel
    from strun.engine.arrays import BlockArray
    from strun.references.hashing import Hashing

__all__ = ["Exposure", "correct_in_memory", "go_through"]

Arrays = dict[str, "BlockArray"]


class Exposure:
    """The arrays that a correction works on, and how they are cut."""

    def __init__(self, correction: Correction, arrays: Callable[[], Arrays], ngroups: int) -> None:
        self.correction = correction
        self.open = arrays
        self.ngroups = ngroups
        self._opened: list[Arrays] = []

    def plan(self, budget: int, workers: int) -> Plan:
        """Cut the exposure so that a block of its widest array takes the budget."""
        arrays = self.open()
        # the first worker may have them
        self._opened.append(arrays)
        return cut(arrays, self.correction, self.ngroups, budget=budget, workers=workers)

    def correct(self, cut: Plan, bands: Iterable[Band]) -> Totals:
        """Correct some bands; the work of one worker."""
        try:
            arrays = self._opened.pop()
        except IndexError:
            arrays = self.open()
        totals: Totals = {}
        correction = self.correction.own()
        for band in bands:
            here = correction.at(band.rows)
            if band.frames.start == 0:
                self._correct_pixels(here, band, arrays, totals)
                self._correct_zeroframe(here, band, arrays, totals)
            self._correct_samples(here, cut, band, arrays, totals)
        return totals

    def _correct_pixels(self, here: Correction, band: Band, arrays: Arrays, totals: Totals) -> None:
        names = [name for name in PIXELS if name in arrays]
        if not names:
            return
        every = {name: slice(0, arrays[name].shape[0]) for name in names}
        loaded = {name: arrays[name].load(band.rows, every[name]) for name in names}
        flat = {n: v[0] if every[n].stop == 1 else v for n, v in loaded.items()}
        block = Block(band.rows, band.frames, ngroups=self.ngroups, **flat)
        merge(totals, here.pixels(block))
        for name in names:
            if name in here.changes:
                arrays[name].store(band.rows, every[name], loaded[name])

    def _correct_zeroframe(
        self, here: Correction, band: Band, arrays: Arrays, totals: Totals
    ) -> None:
        zeroframe = arrays.get(ZEROFRAME)
        if zeroframe is None:
            return
        for number in range(zeroframe.shape[0]):
            one = slice(number, number + 1)
            values = zeroframe.load(band.rows, one)
            block = Block(band.rows, one, ngroups=self.ngroups, zeroframe=values)
            merge(totals, here.zeroframe(block))
            if ZEROFRAME in here.changes:
                zeroframe.store(band.rows, one, values)

    def _correct_samples(
        self, here: Correction, cut: Plan, band: Band, arrays: Arrays, totals: Totals
    ) -> None:
        names = [name for name in SAMPLES if name in arrays]
        if not names:
            return
        stored = [name for name in names if name in here.changes]
        for frames in cut.blocks(band):
            values = {name: arrays[name].load(band.rows, frames) for name in names}
            block = Block(band.rows, frames, ngroups=self.ngroups, **values)
            merge(totals, here.samples(block))
            for name in stored:
                arrays[name].store(band.rows, frames, values[name])


def go_through(
    exposure: Exposure,
    size: int,
    *,
    may_fork: bool,
    copy: Background | None = None,
    hashing: Hashing | None = None,
) -> Totals:
    """Share the exposure out to workers; a fork must find no other thread running."""
    heavy = exposure.correction.heavy
    crew = choose(size, heavy=heavy, may_fork=may_fork)
    if crew.kind == "fork":
        if copy is not None:
            copy.stop()
        if threading.active_count() > 1:
            crew = choose(size, heavy=heavy, may_fork=False)
    cut = exposure.plan(crew.block_bytes, crew.hands)

    def beside() -> None:
        if hashing is not None:
            hashing.start()
        if copy is not None and crew.kind == "fork":
            copy.finish()

    totals = run(crew, cut.bands, lambda bands: exposure.correct(cut, bands), meanwhile=beside)
    return exposure.correction.concluded(totals)


def correct_in_memory(model: JwstDataModel, correction: Correction) -> Totals:
    """
    Correct a model's arrays in place.

    Parameters
    ----------
    model : JwstDataModel
        Arrays that the correction names are read if they have not been, and made if missing.
    correction : Correction
        From a step's `prepare`.

    Returns
    -------
    dict
        What the correction counted.
    """
    import numpy as np

    from strun.datamodels.arrays import fitting
    from strun.engine.arrays import MemoryArray

    present: Arrays = {}
    size = 0
    for name in needed(model, correction):
        values = fitting(model, name)
        if values is None:
            continue
        values = np.ascontiguousarray(values)
        if values is not getattr(model, name):
            setattr(model, name, values)
        if not values.flags.writeable:
            values = values.copy()
            setattr(model, name, values)
        present[name] = MemoryArray(values)
        size += values.nbytes
    exposure = Exposure(correction, lambda: present, ngroups_of(model))
    return go_through(exposure, size, may_fork=False)
