"""What a run of a step on a file needs, and the products that it will have, found out once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from strun.blockio.cards import Header
from strun.blockio.parts import narrowed, places
from strun.blockio.source import primary_header
from strun.errors import OutputError, StrunError, ValidationError
from strun.provenance import record
from strun.steps import inputs
from strun.steps.run_files import OtherFile
from strun.steps.stages import Stage, corrections_of

if TYPE_CHECKING:
    from strun.datamodels.derived_products import Derived
    from strun.datamodels.model import JwstDataModel
    from strun.steps.step import Step


def begin(step: Step) -> None:
    """Forget what an earlier run of a step, or of the steps of a pipeline, has found out."""
    step.references, step.counts = {}, {}
    for each in step.substeps.values():
        begin(each)


class Planned(NamedTuple):
    """A product that a run will have, its bytes at least, and what it is when it is no FITS."""

    path: str
    size: int
    other: OtherFile | None = None

    @property
    def replaces(self) -> str | None:
        """The parameter whose file it may replace."""
        return None if self.other is None else self.other.replaces


def path_of(step: Step, model: JwstDataModel, made: Derived) -> str:
    """Return where a product of another kind than the exposure goes."""
    return step.locate_product(model, suffix=made.suffix, output_file=made.beside)


def refuse_same_names(paths: Iterable[str]) -> None:
    """Make sure that no two products of a run have the same name; OutputError when two have."""
    seen: set[str] = set()
    for path in paths:
        place = os.path.realpath(path)
        if place in seen:
            raise OutputError(
                f"{path}: is the name of two products of the run; give another --suffix, or leave "
                "one of them out"
            )
        seen.add(place)


def saved_on_the_way(
    step: Step, one: Step, made: Sequence[Derived]
) -> Iterator[tuple[Step, str | None]]:
    """
    Yield who saves the exposure as one of the `steps_for` a run leaves it, and the suffix.

    ValidationError is raised when it is to save what it makes of products of other kinds, which it
    and the steps before it have `made`.
    """
    if one is not step and one.save_results and not one.skip:
        if made:
            raise ValidationError(
                f"steps.{one.name}.save_results is set, and strun saves rates at the end alone "
                f"({', '.join(f'_{each.suffix}' for each in made)}); leave it out, or use jwst"
            )
        yield one, None
    suffix = step.saved_after(one)
    if suffix is not None:
        yield step, suffix


def _planned(step: Step, model: JwstDataModel) -> Iterator[Planned]:
    """
    Yield the products of a run, its own first; of a step that works in memory only that.

    The model may be prepared.
    """
    steps = [*step.steps_for(model)] if step.streams and not step.skip else []
    made: list[Derived] = []
    on_the_way: list[tuple[Step, str | None]] = []
    others: list[OtherFile] = []
    for one in steps:
        others += () if one.skip else one.other_files(model)
        made += () if one.skip else one.derived(model)
        on_the_way += saved_on_the_way(step, one, made)
    size = places(model.parts())[1] if on_the_way or not made else 0
    own = step.locate_product(model)
    yield Planned(own, _derived_size(model, made[0]) if made else size)
    for each in made[1:]:
        yield Planned(path_of(step, model, each), _derived_size(model, each))
    for one, suffix in on_the_way:
        yield Planned(one.locate_product(model, suffix=suffix), size)
    for other in others:
        yield Planned(other.path, other.size, other)


def _derived_size(model: JwstDataModel, made: Derived) -> int:
    from strun.datamodels.derived_products import derived_parts

    # how many planes there will be is not known: one at least
    least = {array.name: 1 for array in made.arrays if array.counted is not None}
    return places(narrowed(derived_parts(model, made), least))[1]


class PreparedRun:
    """
    A run of a step, or of a pipeline, on a file that is open.

    Running, dry runs, the preflight of a batch, the check of what is up to date and packing of
    references all ask it.

    The model is the input, opened as the step wants it. `product` is where the product goes, None
    before `name_product`; `stages` are the steps in order, empty before `prepare` and of a step
    that works in memory; `missing` is why there is nothing to put into products of other kinds,
    when all is computed.
    """

    def __init__(self, step: Step, source: str, model: JwstDataModel) -> None:
        self.step = step
        self.source = source
        self.model = model
        self.product: str | None = None
        self.stages: list[Stage] = []
        self.missing: str | None = None

    def name_product(self) -> str:
        """
        Name the product, and make sure that it may be written there.

        OutputError is raised when no file can have the name, or it would take the place of what the
        run reads.
        """
        self.product = self.step.locate_product(self.model)
        self.step.refuse_overwriting(self.source, self.product)
        return self.product

    def examine(self) -> None:
        """Refuse an exposure without samples, or that the step should not be applied to."""
        inputs.require_samples(self.model)
        if not self.step.skip:
            self.step.examine(self.model)

    def preparing(self) -> Iterator[Stage]:
        """
        Choose and check references, make the corrections, and yield each step that is ready.

        The model has the keywords of a product of that step then. StrunError is raised for all that
        the run would stop at before its first block.
        """
        inputs.require_samples(self.model)
        if not (self.step.streams or self.step.skip):
            self.step.examine(self.model)
            return
        for stage in self.step.stages(self.model):
            self.stages.append(stage)
            yield stage

    def prepare(self) -> None:
        """Make all steps ready; see `preparing`."""
        for _ in self.preparing():
            continue

    @property
    def status(self) -> str:
        """COMPLETE, or SKIPPED when no correction is to be made."""
        whole = not (self.step.streams or self.step.skip)
        said = {correction.status for correction in corrections_of(self.stages)}
        return "COMPLETE" if whole or "COMPLETE" in said else "SKIPPED"

    @property
    def planned(self) -> list[Planned]:
        """The products of the run, its own first; OutputError when one may not be written there."""
        products = list(_planned(self.step, self.model))
        refuse_same_names(each.path for each in products)
        for each in products:
            self.step.refuse_overwriting(self.source, each.path, replaces=each.replaces)
        return products

    def memory(self, *, base: int | None = None) -> int:
        """Return the bytes that the run will take; `base` is what the process holds before."""
        from strun.steps.memory import predict

        corrections, streams = corrections_of(self.stages), self.step.streams
        return predict(self.model, corrections, streams=streams, base=base)

    @property
    def exposure(self) -> str:
        """What the input is, in words: model, instrument, shape."""
        meta = self.model.meta.instrument
        words = [type(self.model).__name__, meta.name, meta.detector, meta.filter]
        shape = " x ".join(map(str, self.model.shape or ()))
        return f"{' '.join(filter(None, words))}, {shape}"

    def expected_record(self, product: str | None, *, older: str) -> record.Record:
        """
        Return the record that the run would write, with the checksums of all references.

        It is for a product, None of a step that works in memory. Which steps of a pipeline ran is
        told by the references in the `older` product, which is there.
        """
        from strun.provenance.keywords import SOFTWARE

        header = _header(older) if self.step.substeps else None
        _choose_references(self.step, self.model, header)
        made = self.step.record_of(self.model, source=self.source, product=product)
        made.finish()
        made.cards["CAL_VER"] = record.Card(SOFTWARE, "")
        return made


@contextmanager
def opened_run(step: Step, path: str, *, verify: bool = False) -> Iterator[PreparedRun]:
    """
    Open an input, as the user wrote it, for a run; CRDS may have parameters for it.

    With `verify` the checksums that it carries are checked, when the step is to.
    """
    begin(step)
    step.note_input(path)
    source = step.locate_input(path)
    if verify:
        step.verify_file(source)
    with step.open_input(source) as model:
        step.take_crds_parameters(inputs.named(model, source))
        yield PreparedRun(step, source, model)


def _choose_references(step: Step, model: JwstDataModel, older: Header | None) -> None:
    if step.skip:
        return
    for each in step.substeps.values():
        _choose_references(each, model, older)
    for reftype in step.asked_references(model) if not step.substeps else ():
        if older is None or record.name_keyword(reftype) in older:
            step.get_reference_file(model, reftype)


def _header(product: str) -> Header:
    try:
        return primary_header(product)
    except (StrunError, OSError):
        # that it cannot be read will be a difference
        return Header()
