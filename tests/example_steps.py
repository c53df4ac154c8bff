"""Small steps for the tests of the framework."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, ClassVar

from jwst.dq_init import DQInitStep
from jwst.linearity import LinearityStep
from jwst.stpipe import Block, Correction, Pipeline, Step
from strun.steps.step_status import record_step_status

if TYPE_CHECKING:
    from jwst.datamodels import JwstDataModel

log = logging.getLogger("jwst.example_steps")


class Doubling(Correction):
    """Doubles the samples."""

    changes = ("data",)

    def samples(self, block: Block) -> None:
        block.data *= 2


class DoubleStep(Step):
    """Double all samples."""

    class_alias = "double"
    spec = """
    factor = integer(min=1, max=9, default=2)  # How often
    """
    reference_file_types: ClassVar[list[str]] = ["gain"]

    def prepare(self, model: JwstDataModel) -> Correction | None:
        return Doubling()


class AddStep(Step):
    """Add a number to all samples; in the old style, in memory."""

    spec = """
    amount = float(default=1.0)  # What is added
    label = string(default='a # b')  # A text with a number sign
    # Which way it goes
    mode = option('plus', 'minus', default='plus')
    numbers = int_list(default=list())
    """

    def process(self, init: str | JwstDataModel) -> JwstDataModel:
        model = self.prepare_output(init)
        model.data += self.amount
        record_step_status(model, "jump")
        return model


class NeedyStep(Step):
    """A step with a parameter that must be given, and a section."""

    spec = """
    par1 = float()  # Control
    par2 = string(default='x')
    [extra]
    depth = integer(default=3)
    """

    def process(self, a: int = 0, b: int = 0) -> int:
        return a + b


class FileStep(Step):
    """A step with file parameters."""

    spec = """
    table = input_file(default=None)
    listing = output_file(default=None)
    """


class TwoStep(Pipeline):
    """Add, then double."""

    spec = """
    note = string(default='none')
    """
    step_defs: ClassVar[dict[str, type[Step]]] = {"add": AddStep, "double": DoubleStep}


class CalPipeline(Pipeline):
    """Flags, then the linearity correction."""

    step_defs: ClassVar[dict[str, type[Step]]] = {
        "dq_init": DQInitStep,
        "linearity": LinearityStep,
    }


class MarkStep(Step):
    """A hook that marks its parent."""

    spec = """
    mark = string(default='marked')
    """

    def process(self, *args: object) -> None:
        log.info("MarkStep says %s", self.mark)
        if self.parent is not None:
            self.parent.marks = [*getattr(self.parent, "marks", []), self.mark]


class ReplacingStep(Step):
    """A hook that returns another model."""

    def process(self, model: JwstDataModel) -> JwstDataModel:
        other = model.copy()
        other.data[:] = -1
        return other


def shout(model: JwstDataModel) -> None:
    """A hook that is a function."""
    log.info("function got %s", type(model).__name__)
