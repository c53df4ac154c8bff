"""A prepared run carried out from file to file: one pass, one product or several."""

from __future__ import annotations

import os
from collections import ChainMap
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from strun.blockio.atomic import explained
from strun.blockio.together import Together
from strun.blockio.writer import ProductWriter
from strun.datamodels.keywords import table
from strun.engine.arrays import PartReader, PartWriter
from strun.engine.chain import changed_by, ngroups_of, require_arrays, values_of
from strun.engine.loop import Arrays, Exposure, Outputs, Sink
from strun.engine.passes import correct, result_sinks
from strun.errors import StrunError
from strun.logs import get_logger
from strun.provenance.record import Record
from strun.references.references import require_unchanged
from strun.steps.prepared_run import PreparedRun, path_of, refuse_same_names, saved_on_the_way
from strun.steps.run_files import OtherFile, make_folder, warn_of_other_input
from strun.steps.stages import (
    arrays_of,
    corrections_of,
    count,
    derived_of,
    missing_results,
    others_of,
)

if TYPE_CHECKING:
    from strun.blockio.parts import Part
    from strun.blockio.source import FitsFile
    from strun.datamodels.derived_products import Derived
    from strun.engine.chain import Totals
    from strun.steps.step import Step

log = get_logger("stpipe.step")


class _NothingToSaveError(Exception):
    """A product is not to be published."""


class _Output(NamedTuple):
    """
    A product being made, the result of the corrections before a position.

    `arrays` are those that are written by blocks: their names in a block, and in the product.
    `made` is what it is, when it is of another kind than the exposure.
    """

    path: str
    product: ProductWriter
    record: Record
    position: int
    arrays: dict[str, str]
    made: Derived | None = None

    def open(self) -> Outputs:
        """Return its arrays by their names in a block; for one worker."""
        found = {key: self.product.place(name) for key, name in self.arrays.items()}
        return {key: PartWriter(self.product, place) for key, place in found.items() if place}


def run_from_file(run: PreparedRun) -> list[str]:
    """
    Correct an exposure from file to file, block by block, and return the products, its own last.

    The run is not prepared yet; the counts of its steps are set. Each product appears when all are
    complete; those of other kinds do not when `run.missing` says why. Whatever goes wrong leaves
    nothing behind.
    """
    step = run.step
    target = run.product or run.name_product()
    warn_of_other_input(run.source, target)
    with Together(durable=step.run_options.durable) as together, ExitStack() as stack:
        outputs: list[_Output] = []
        try:
            for stage in run.preparing():
                for one, suffix in saved_on_the_way(step, stage.step, derived_of(run.stages)):
                    outputs.append(stack.enter_context(_begun(run, together, one, None, suffix)))
            others = [
                (f, stack.enter_context(_other(run, together, f))) for f in others_of(run.stages)
            ]
            outputs += [stack.enter_context(each) for each in _last(run, together, target)]
            paths = [*(file.path for file, _ in others), *(output.path for output in outputs)]
            refuse_same_names(paths)
            totals = _correct(run, outputs)
            for file, fd in others:
                with explained(file.path):
                    file.write(fd)
            corrections = corrections_of(run.stages)
            outputs = [each for each in outputs if each.made is None or run.missing is None]
            for output in outputs:
                counted = values_of(corrections[: output.position], totals)
                output.product.set_keywords(
                    {table().by_path[path].keyword: value for path, value in counted.items()}
                )
                output.record.finish()
                output.product.set_keywords(output.record.checksums)
                if output.made is not None:
                    output.product.keep_planes(output.made.kept(ChainMap(*totals)))
                output.product.finish(output.arrays.values())
        except StrunError:
            # that a file was changed meanwhile says more than what could not be read of it
            _require_unchanged(run)
            raise
        _require_unchanged(run)
    return [*(file.path for file, _ in others), *(output.path for output in outputs)]


def _last(
    run: PreparedRun, together: Together, target: str
) -> Iterator[AbstractContextManager[_Output]]:
    """Yield the products that the run ends in, its own last."""
    made = derived_of(run.stages)
    if not made:
        yield _begun(run, together, run.step, target)
        return
    first, *others = made
    for each in others:
        path = path_of(run.step, run.model, each)
        run.step.refuse_overwriting(run.source, path)
        yield _derived(run, together, each, path)
    yield _derived(run, together, first, target)


def _other(run: PreparedRun, together: Together, file: OtherFile) -> AbstractContextManager[int]:
    """Open a file of another format, to be published with the products."""
    run.step.refuse_overwriting(run.source, file.path, replaces=file.replaces)
    make_folder(file.path)
    return together.publish(file.path)


@contextmanager
def _derived(run: PreparedRun, together: Together, made: Derived, path: str) -> Iterator[_Output]:
    """Lay out a product of another kind than the exposure, to be published with the others."""
    from strun.datamodels.derived_products import derived_parts

    model = made.source or run.model
    kind = model.meta.model_type
    make_folder(path)
    model.meta.filename = os.path.basename(path)
    model.meta.model_type = made.kind.__name__
    record = run.step.record_of(model, source=run.source, product=path, file=run.model.file)
    record.write(model)
    parts = derived_parts(model, made)
    model.meta.model_type = kind
    arrays = {made.key(array.name): array.name for array in made.arrays}
    changed, checksum = frozenset(arrays.values()), run.step.checksum
    with suppress(_NothingToSaveError), together.publish(path) as fd:
        with closing(ProductWriter(fd, parts, model.file, changed, checksum=checksum)) as product:
            yield _Output(path, product, record, len(corrections_of(run.stages)), arrays, made)
        if run.missing is not None:
            raise _NothingToSaveError


@contextmanager
def _begun(
    run: PreparedRun, together: Together, step: Step, target: str | None, suffix: str | None = None
) -> Iterator[_Output]:
    """Lay a product out as the model says now, to be published with the others."""
    model, stages = run.model, run.stages
    path = target or step.locate_product(model, suffix=suffix)
    make_folder(path)
    if target is None:
        step.refuse_overwriting(run.source, path)
    model.meta.filename = os.path.basename(path)
    record = run.step.record_of(model, source=run.source, product=path, file=model.file)
    record.write(model)
    corrections = corrections_of(stages)
    changed = changed_by(corrections)
    arrays = {name: name for name in sorted(changed)}
    parts, checksum = model.parts(), run.step.checksum
    with (
        together.publish(path) as fd,
        closing(ProductWriter(fd, parts, model.file, changed, checksum=checksum)) as product,
    ):
        yield _Output(path, product, record, len(corrections), arrays)


def _correct(run: PreparedRun, outputs: list[_Output]) -> list[Totals]:
    """Correct the exposure in one pass, and give each step what it counted."""
    corrections = corrections_of(run.stages)
    if not corrections:
        return []
    names = require_arrays(run.model, corrections)
    parts = {part.name: part for part in run.model.parts()}
    mine = {name: parts[name] for name in names if name in parts}
    exposure = Exposure(partial(_input_arrays, mine, run.model.file), ngroups_of(run.model))
    sinks = [Sink(each.position, each.open) for each in outputs]
    sinks += result_sinks(corrections, arrays_of(others_of(run.stages)))
    totals = correct(exposure, corrections, sinks, beside=outputs[-1].record.hashing.start)
    count(run.stages, totals)
    run.missing = missing_results(run.stages)
    return totals


def _input_arrays(parts: Mapping[str, Part], file: FitsFile | None) -> Arrays:
    """Return the arrays of the exposure, to be loaded by blocks; for one worker."""
    return {name: PartReader(part, file) for name, part in parts.items()}


def _require_unchanged(run: PreparedRun) -> None:
    if run.model.file is not None:
        run.model.file.require_unchanged()
    require_unchanged(run.step.used_references())
