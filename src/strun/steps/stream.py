"""An exposure corrected from file to file: keywords, copy, correction, publishing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from strun.engine.correction import Correction
from strun.engine.loop import Arrays, Exposure, Sink, correct
from strun.engine.needs import changed_by, ngroups_of, require_arrays
from strun.engine.product import Product
from strun.engine.totals import Totals
from strun.errors import FitsError, StepError
from strun.parameters.spec import OVERRIDE
from strun.references.references import require_unchanged
from strun.steps.inputs import require_samples

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel
    from strun.provenance.record import Record
    from strun.references.hashing import Hashing
    from strun.steps.step import Step

__all__ = ["run_file"]


def run_file(
    step: Step,
    model: JwstDataModel,
    *,
    output_path: str,
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

    Returns
    -------
    dict
        What the correction counted.

    Raises
    ------
    StrunError
        Whatever went wrong; nothing is left behind then.
    """
    from strun.blockio.atomic import publish

    require_samples(model)
    changed = frozenset() if step.skip else frozenset(step.changed_arrays(model))
    if not step.skip:
        step.examine(model)
        # so that the headers are right at once; others are looked up when they are asked for
        for reftype in step.reference_file_types:
            if step.search_attr(OVERRIDE + reftype) is not None:
                step.get_reference_file(model, reftype)
    with publish(output_path, durable=step.run_options.durable) as fd:
        # keywords of the usual end, so that the layout is right and the copy can begin
        made = _describe(step, model, output_path, "SKIPPED" if step.skip else "COMPLETE")
        product = Product(fd, model, changed, checksum=step.run_options.checksum)
        chosen = dict(step.references)
        try:
            correction = None if step.skip else step.prepare(model)
            totals: Totals = {}
            corrected: list[str] = []
            if correction is None or dict(step.references) != chosen:
                status = "SKIPPED" if correction is None else "COMPLETE"
                made = _describe(step, model, output_path, status)
            product.refresh()
            if correction is not None:
                totals = _correct_product(product, [correction], hashing=made.hashing)[0]
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
    from strun.provenance.record import take

    step.stamp(model, status)
    source = model.file.path if model.file is not None else None
    made = take(step, model, source=source, product=path)
    made.write(model)
    return made


def _correct_product(
    product: Product, corrections: Sequence[Correction], *, hashing: Hashing
) -> list[Totals]:
    unexpected = changed_by(corrections) - product.changed
    if unexpected:
        which = next(each for each in corrections if unexpected & set(each.changes))
        raise StepError(
            f"{type(which).__name__} changes {', '.join(sorted(unexpected))}, which its step "
            "does not name in `changes`"
        )
    names = require_arrays(product.model, corrections)

    def arrays() -> Arrays:
        return product.arrays(names)

    exposure = Exposure(arrays, ngroups_of(product.model))
    return correct(exposure, corrections, [Sink(len(corrections), arrays)], beside=hashing.start)
