"""The check of corrections finds what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from example_corrections import KINDS, Smear, make_arrays
from factories import make_linearity, make_mask, make_ramp

from jwst.dq_init import DQInitStep
from jwst.linearity import LinearityStep
from strun.engine.correction import Block, Correction
from strun.steps.step import Step
from strun.testing import check_correction


class Good(Correction):
    changes = ("data",)
    reads = ("pixeldq",)

    def samples(self, block: Block) -> dict[str, int] | None:
        block.data += block.pixeldq
        return None


class BeyondHalo(Smear):
    def __init__(self) -> None:
        super().__init__(2)
        self.halo = 1

    def samples(self, block: Block) -> None:
        block.data[..., 2:] += block.data[..., :-2].copy()


class Unnamed(Good):
    def samples(self, block: Block) -> None:
        block.data += block.err


class WhenThere(Good):
    def samples(self, block: Block) -> None:
        if block.err is not None:
            block.data += block.err


class Writing(Good):
    def samples(self, block: Block) -> None:
        block.pixeldq |= np.uint32(1)


class Remembering(Good):
    blocks = 0

    def samples(self, block: Block) -> None:
        self.blocks += 1
        block.data += self.blocks


class CountingHalo(Good):
    def samples(self, block: Block) -> dict[str, int]:
        return {"samples": block.data.size}


class NeedingRamps(Good):
    def samples(self, block: Block) -> None:
        block.data -= block.data[0].copy()


class AnotherModel(Good):
    changes = ("spectrum",)


class Nothing(Good):
    changes = ("dq",)
    reads = ()


@pytest.mark.parametrize("make", [*KINDS, Good])
def test_good_corrections_pass(make: type[Correction]) -> None:
    check_correction(make(), make_arrays())


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (BeyondHalo, r"values of data differ .* beyond its halo of 1"),
        (Unnamed, r"only the arrays that it names \(changes data; reads pixeldq\)"),
        (WhenThere, "read an array that it does not name"),
        (Writing, "those that it reads read-only: output array is read-only"),
        (Remembering, "change itself"),
        (CountingHalo, r"counts differ .* `block\.core`"),
        (NeedingRamps, "values of data differ"),
        (AnotherModel, "names spectrum, expected some of pixeldq"),
        (Nothing, "names none of the arrays that are given"),
    ],
)
def test_faults_are_found(kind: type[Correction], message: str) -> None:
    with pytest.raises(AssertionError, match=message) as caught:
        check_correction(kind(), make_arrays())
    assert str(caught.value).startswith(kind.__name__)
    assert "\n" not in str(caught.value)


def test_arrays_are_not_changed() -> None:
    arrays = make_arrays()
    check_correction(Good(), arrays)
    for name, values in make_arrays().items():
        np.testing.assert_array_equal(arrays[name], values)


@pytest.mark.parametrize("step", ["mask", "linearity", "reads"])
def test_corrections_of_the_steps_pass(folder: Path, step: str) -> None:
    path = make_ramp(folder / "x.fits", NFRAMES=4 if step == "reads" else 1)
    chosen: Step
    if step == "mask":
        chosen = DQInitStep(override_mask=str(make_mask(folder / "mask.fits")))
    else:
        reference = make_linearity(folder / "lin.fits", inverse=3 if step == "reads" else 0)
        chosen = LinearityStep(override_linearity=str(reference))
    with chosen.open_input(str(path)) as model:
        arrays = {name: getattr(model, name) for name in ("data", "groupdq", "pixeldq")}
        correction = chosen.prepare(model)
        assert correction is not None
        check_correction(correction, arrays)
