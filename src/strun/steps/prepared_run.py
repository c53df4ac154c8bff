"""What a run of a step on a file needs, found out once; nothing is computed yet."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from strun.steps import inputs, saving
from strun.steps.planned import Planned, planned, refuse_same_names
from strun.steps.stages import Stage, corrections_of

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel
    from strun.steps.step import Step


def begin(step: Step) -> None:
    """Forget what an earlier run of a step, or of the steps of a pipeline, has found out."""
    step.references, step.counts = {}, {}
    for each in step.substeps.values():
        begin(each)


class PreparedRun:
    """
    A run of a step, or of a pipeline, on a file that is open.

    Running, dry runs, the preflight of a batch, the check of what is up to date and packing of
    references all ask it.

    Parameters
    ----------
    step : Step
        With its parameters.
    source : str
        The input.
    model : JwstDataModel
        The input, opened as the step wants it.

    Attributes
    ----------
    stages : list of Stage
        The steps in order; empty before `prepare`, and of a step that works in memory.
    missing : str or None
        Why there is nothing to put into products of other kinds, when all is computed.
    product : str or None
        Where the product goes; None before `name_product`.
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

        Raises
        ------
        OutputError
            When no file can have the name, or it would take the place of what the run reads.
        """
        self.product = saving.product_path(self.step, self.model)
        saving.refuse_overwriting(self.step, self.source, self.product)
        return self.product

    def examine(self) -> None:
        """
        Refuse an exposure without samples, or that the step should not be applied to.

        Raises
        ------
        InputError
            For such an exposure.
        """
        inputs.require_samples(self.model)
        if not self.step.skip:
            self.step.examine(self.model)

    def preparing(self) -> Iterator[Stage]:
        """
        Choose and check references, make the corrections, and yield each step that is ready.

        The model has the keywords of a product of that step then.

        Raises
        ------
        StrunError
            For all that the run would stop at before its first block.
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
        """
        The products of the run, its own first.

        Raises
        ------
        OutputError
            When one of them may not be written where it would go.
        """
        products = list(planned(self.step, self.model))
        refuse_same_names(each.path for each in products)
        for each in products:
            saving.refuse_overwriting(self.step, self.source, each.path, replaces=each.replaces)
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


@contextmanager
def opened_run(step: Step, path: str, *, verify: bool = False) -> Iterator[PreparedRun]:
    """
    Open an input for a run.

    Parameters
    ----------
    step : Step
        With its parameters.
    path : str
        As the user wrote it.
    verify : bool, optional
        Check the checksums that the input carries, when the step is to.

    Raises
    ------
    StrunError
        When it cannot be opened.
    """
    begin(step)
    inputs.note(step, path)
    source = inputs.input_path(step, os.fspath(path))
    if verify:
        inputs.verified(step, source)
    with inputs.opened(step, source) as model:
        yield PreparedRun(step, source, model)
