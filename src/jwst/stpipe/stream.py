"""The only loop over blocks: source, correction, sink."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from jwst.blockio.blocks import Band, Plan
from jwst.errors import FitsError, InputError, StepError
from jwst.stpipe.correction import Block, Correction
from jwst.stpipe.cutting import PIXELS, SAMPLES, ZEROFRAME, cut, needed, ngroups_of
from jwst.stpipe.product import Product
from jwst.stpipe.references import require_unchanged
from jwst.stpipe.spec import OVERRIDE
from jwst.stpipe.workers import Totals, choose, merge, run

if TYPE_CHECKING:
    from jwst.blockio.copying import Background
    from jwst.datamodels.model import JwstDataModel
    from jwst.stpipe.arrays import BlockArray
    from jwst.stpipe.hashing import Hashing
    from jwst.stpipe.record import Record
    from jwst.stpipe.step import Step

__all__ = ["correct_in_memory", "require_samples", "run_file"]

Arrays = dict[str, "BlockArray"]


class _Exposure:
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


def _go(
    exposure: _Exposure,
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

    return run(crew, cut.bands, lambda bands: exposure.correct(cut, bands), meanwhile=beside)


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

    from jwst.datamodels.arrays import fitting
    from jwst.stpipe.arrays import MemoryArray

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
    exposure = _Exposure(correction, lambda: present, ngroups_of(model))
    return _go(exposure, size, may_fork=False)


def require_samples(model: JwstDataModel) -> None:
    """
    Refuse a file without an exposure in it, without a single sample, or that lost its flags.

    Raises
    ------
    InputError
        For such a file.
    """
    name = model.file.path if model.file is not None else "the model"
    shape = model.shape
    if shape is None:
        raise InputError(f"{name}: no SCI extension with an image; is it an exposure?")
    if 0 in shape:
        raise InputError(f"{name}: SCI has the shape {shape}: there is no sample in it")
    if model.file is not None and model.meta.cal_step.dq_init == "COMPLETE":
        lost = [model.arrays[n].hdu for n in model.required if not model.has_array(n)]
        if lost:
            raise InputError(
                f"{name}: S_DQINIT is COMPLETE, but there is no {' and no '.join(lost)} of the "
                "exposure's shape: the file is torn; get a whole copy"
            )


def run_file(
    step: Step,
    model: JwstDataModel,
    *,
    output_path: str,
    durable: bool = False,
    may_fork: bool = False,
) -> Totals:
    """
    Correct an exposure from file to file, block by block.

    Parameters
    ----------
    step : Step
        Gives the correction (`prepare`) and the keywords (`stamp`).
    model : JwstDataModel
        Opened on the input; none of its arrays is read as a whole.
    output_path : str
        The product; it appears when it is complete.
    durable : bool, optional
        Force it to the disk before the name is given.
    may_fork : bool, optional
        Whether this process may fork: it is the command line's own.

    Returns
    -------
    dict
        What the correction counted.

    Raises
    ------
    StrunError
        Whatever went wrong; nothing is left behind then.
    """
    from jwst.blockio.atomic import publish

    require_samples(model)
    changed = frozenset() if step.skip else frozenset(step.changed_arrays(model))
    if not step.skip:
        step.examine(model)
        # so that the headers are right at once; others are looked up when they are asked for
        for reftype in step.reference_file_types:
            if step.search_attr(OVERRIDE + reftype) is not None:
                step.get_reference_file(model, reftype)
    with publish(output_path, durable=durable) as fd:
        # keywords of the usual end, so that the layout is right and the copy can begin
        made = _describe(step, model, output_path, "SKIPPED" if step.skip else "COMPLETE")
        product, chosen = (
            Product(fd, model, changed, checksum=step.checksum),
            dict(step.references),
        )
        try:
            correction = None if step.skip else step.prepare(model)
            totals: Totals = {}
            corrected: list[str] = []
            if correction is None or dict(step.references) != chosen:
                status = "SKIPPED" if correction is None else "COMPLETE"
                made = _describe(step, model, output_path, status)
            product.refresh()
            if correction is not None:
                totals = _correct_product(
                    product, correction, may_fork=may_fork, hashing=made.hashing
                )
                corrected = list(correction.changes)
            made.finish()
            product.set_keywords(made.sums)
            product.finish(corrected)
            _require_unchanged(step, model)
        except FitsError:
            # that a file was cut meanwhile says more than where it ends
            _require_unchanged(step, model)
            raise
        finally:
            product.stop()
    return totals


def _require_unchanged(step: Step, model: JwstDataModel) -> None:
    if model.file is not None:
        model.file.require_unchanged()
    require_unchanged(step.references)


def _describe(step: Step, model: JwstDataModel, path: str, status: str) -> Record:
    """Set the keywords of a product, and the record of its making."""
    from jwst.stpipe.record import take

    step.stamp(model, status)
    source = model.file.path if model.file is not None else None
    made = take(step, model, source=source, product=path)
    made.write(model)
    return made


def _correct_product(
    product: Product, correction: Correction, *, may_fork: bool, hashing: Hashing
) -> Totals:
    unexpected = set(correction.changes) - product.changed
    if unexpected:
        raise StepError(
            f"{type(correction).__name__} changes {', '.join(sorted(unexpected))}, which its step "
            "does not name in `changes`"
        )
    names = needed(product.model, correction)
    exposure = _Exposure(correction, lambda: product.arrays(names), ngroups_of(product.model))
    places = [product.writer.place(name) for name in names]
    size = sum(place.size for place in places if place)
    return _go(exposure, size, may_fork=may_fork, copy=product.copy, hashing=hashing)
