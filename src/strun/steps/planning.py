"""What a run would do, without doing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from strun.steps import inputs, saving
from strun.steps.memory import predict

if TYPE_CHECKING:
    from strun.steps.step import Step

__all__ = ["RunPlan", "plan_run"]


class RunPlan(NamedTuple):
    """
    What a run on one exposure would do.

    Attributes
    ----------
    source : str
        The input.
    exposure : str
        What it is, in words: model, instrument, shape.
    product : str
        Path of the product.
    status : str
        COMPLETE, or SKIPPED when there is no reference for the exposure.
    size : int
        Bytes of the product.
    memory : int
        Bytes that the run will take at most.
    """

    source: str
    exposure: str
    product: str
    status: str
    size: int
    memory: int


def plan_run(step: Step, path: str) -> RunPlan:
    """
    Return what a run of a step on a file would do; only headers are read.

    Parameters
    ----------
    step : Step
        With its parameters. It chooses its references, and `references` says why.
    path : str
        The exposure.

    Raises
    ------
    StrunError
        For all that the run would stop at before its first block.
    """
    from strun.blockio.parts import places

    step.references = {}
    inputs.note(step, path)
    source = inputs.input_path(step, path)
    with inputs.opened(step, source) as model:
        target = saving.product_path(step, model)
        saving.refuse_overwriting(step, source, target)
        inputs.require_samples(model)
        correction = None
        if not step.skip:
            step.examine(model)
            correction = step.prepare(model) if step.streams else None
        status = "SKIPPED" if correction is None and (step.streams or step.skip) else "COMPLETE"
        memory = predict(step, model, [] if correction is None else [correction])
        step.stamp(model, status)
        size = places(model.parts())[1]
        meta = model.meta.instrument
        words = [type(model).__name__, meta.name, meta.detector, meta.filter]
        shape = " x ".join(map(str, model.shape or ()))
        exposure = f"{' '.join(filter(None, words))}, {shape}"
    return RunPlan(source, exposure, target, status, size, memory)
