"""Steps that wait, die and fail, for tests of batches; marks are files of the current folder."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

from jwst.stpipe import Block, Correction, Pipeline, Step

if TYPE_CHECKING:
    from jwst.datamodels import JwstDataModel

PATIENCE = 60.0


class Half(Correction):
    """Halves the samples."""

    changes = ("data",)

    def samples(self, block: Block) -> None:
        block.data *= 0.5


class Waiting(Half):
    """Halves the samples when the gate is open."""

    def __init__(self, name: str, gate: str) -> None:
        self.name = name
        self.gate = Path(gate).absolute()

    def samples(self, block: Block) -> None:
        with (self.gate.parent / f"{self.name}.begun").open("a") as stream:
            stream.write(f"{os.getpid()}\n")
        deadline = time.monotonic() + PATIENCE
        while not self.gate.exists() and time.monotonic() < deadline:
            time.sleep(0.005)
        super().samples(block)


class GateStep(Step):
    """Halve the samples; exposures whose name begins with `only` wait until `gate` is there."""

    product_suffix = "half"
    spec = """
    gate = string(default='gate')  # A file
    only = string(default='')  # How the names of those that wait begin
    """

    def prepare(self, model: JwstDataModel) -> Correction:
        name = str(model.meta.filename).replace("uncal", "half")
        return Waiting(name, self.gate) if name.startswith(self.only) else Half()


class HalfStep(Step):
    """Halve the samples."""

    product_suffix = "half"

    def prepare(self, model: JwstDataModel) -> Correction:
        return Half()


class QuarterPipeline(Pipeline):
    """Halve the samples twice."""

    product_suffix = "quarter"
    step_defs = {"first": HalfStep, "second": HalfStep}

    def saved_after(self, step: Step) -> str | None:
        return "between" if step is self.first else None


class DyingStep(Step):
    """Halve the samples; the exposure `victim` kills its process the first `times` times."""

    product_suffix = "half"
    spec = """
    victim = string(default='b_')  # How its name begins
    times = integer(default=1)  # How often
    """

    def prepare(self, model: JwstDataModel) -> Correction:
        deadly = str(model.meta.filename).startswith(self.victim)
        return Deadly(self.times) if deadly else Half()


class Deadly(Half):
    """Kills its process some times."""

    def __init__(self, times: int) -> None:
        self.times = times

    def samples(self, block: Block) -> None:
        with Path("deaths").open("a") as stream:
            stream.write("x")
        if Path("deaths").stat().st_size <= self.times:
            os.kill(os.getpid(), signal.SIGKILL)
        super().samples(block)


class OddStep(Step):
    """Halve the samples; exposures named b end in an error that is none of this package's."""

    product_suffix = "half"

    def prepare(self, model: JwstDataModel) -> Correction:
        return Odd() if str(model.meta.filename).startswith("b") else Half()


class Odd(Half):
    """Fails."""

    def samples(self, block: Block) -> None:
        raise ZeroDivisionError("no way")


class OldStep(Step):
    """Halve the samples in the old style, in memory."""

    product_suffix = "half"

    def process(self, init: object) -> object:
        model = self.prepare_output(init)
        model.data *= 0.5
        return model
