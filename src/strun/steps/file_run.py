"""A prepared run carried out from file to file: one pass, one product or several."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, NamedTuple

from strun.blockio.atomic import publish
from strun.datamodels.keywords import table
from strun.engine.keywords import values_of
from strun.engine.loop import Arrays, Exposure, Sink, correct
from strun.engine.needs import changed_by, ngroups_of, require_arrays
from strun.engine.product import Product
from strun.engine.totals import Totals
from strun.errors import FitsError, StepError
from strun.logs import get_logger
from strun.provenance.record import Record
from strun.references.references import require_unchanged
from strun.steps import saving
from strun.steps.records import record_of
from strun.steps.stages import changed_arrays, corrections_of

if TYPE_CHECKING:
    from strun.steps.prepared import PreparedRun
    from strun.steps.step import Step

__all__ = ["run_from_file"]

log = get_logger("stpipe.step")


class _Output(NamedTuple):
    """A product being made, and of how many corrections it is the result."""

    path: str
    product: Product
    record: Record
    position: int
    corrected: frozenset[str]


def run_from_file(run: PreparedRun) -> list[str]:
    """
    Correct an exposure from file to file, block by block.

    Parameters
    ----------
    run : PreparedRun
        With the name of its product; not prepared yet. The counts of its steps are set.

    Returns
    -------
    list of str
        The products, the run's own last. Each appears when all are complete.

    Raises
    ------
    StrunError
        Whatever went wrong; nothing is left behind then.
    """
    step = run.step
    target = run.product or run.name_product()
    saving.warn_of_other_input(run.source, target)
    with ExitStack() as stack:
        outputs: list[_Output] = []
        for stage in run.preparing():
            if stage.step is not step and stage.step.save_results and not stage.step.skip:
                outputs.append(stack.enter_context(_begun(run, stage.step, None)))
        outputs.append(stack.enter_context(_begun(run, step, target)))
        try:
            totals = _correct(run, outputs)
            corrections = corrections_of(run.stages)
            for output in outputs:
                counted = values_of(corrections[: output.position], totals)
                output.product.set_keywords(
                    {table().by_path[path].keyword: value for path, value in counted.items()}
                )
                output.record.finish()
                output.product.set_keywords(output.record.checksums)
                output.product.finish(output.corrected)
            _require_unchanged(run)
        except FitsError:
            # that a file was cut meanwhile says more than where it ends
            _require_unchanged(run)
            raise
    return [output.path for output in outputs]


@contextmanager
def _begun(run: PreparedRun, step: Step, target: str | None) -> Iterator[_Output]:
    """Lay a product out as the model says now, and publish it in the end."""
    model, stages = run.model, run.stages
    path = target or saving.product_path(step, model)
    saving.make_folder(path)
    if target is None:
        saving.refuse_overwriting(step, run.source, path)
    model.meta.filename = os.path.basename(path)
    record = record_of(step, model, source=run.source, product=path)
    record.write(model)
    changed = changed_arrays(stages, model)
    corrections = corrections_of(stages)
    unexpected = changed_by(corrections) - changed
    if unexpected:
        which = next(each for each in corrections if unexpected & set(each.changes))
        raise StepError(
            f"{type(which).__name__} changes {', '.join(sorted(unexpected))}, which its step "
            "does not name in `changes`"
        )
    options = run.step.run_options
    with publish(path, durable=options.durable) as fd:
        product = Product(fd, model, changed, checksum=options.checksum)
        try:
            yield _Output(path, product, record, len(corrections), changed_by(corrections))
        finally:
            product.stop()


def _correct(run: PreparedRun, outputs: list[_Output]) -> list[Totals]:
    """Correct the exposure in one pass, and give each step what it counted."""
    corrections = corrections_of(run.stages)
    if not corrections:
        return []
    names = require_arrays(run.model, corrections)
    last = outputs[-1]
    exposure = Exposure(_arrays_of(last.product, names), ngroups_of(run.model))
    sinks = [Sink(each.position, _arrays_of(each.product, names)) for each in outputs]
    totals = correct(exposure, corrections, sinks, beside=last.record.hashing.start)
    corrected = [stage.step for stage in run.stages if stage.correction is not None]
    for step, counted in zip(corrected, totals, strict=True):
        step.counts = counted
    return totals


def _arrays_of(product: Product, names: list[str]) -> Callable[[], Arrays]:
    return lambda: product.arrays(names)


def _require_unchanged(run: PreparedRun) -> None:
    if run.model.file is not None:
        run.model.file.require_unchanged()
    require_unchanged(run.step.used_references())
