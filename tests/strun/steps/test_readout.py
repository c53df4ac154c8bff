from __future__ import annotations

import pytest

from jwst.datamodels import RampModel
from strun.errors import InputError
from strun.steps.readout import refuse_readout


def ramp(ny: int = 8) -> RampModel:
    """Return a small exposure."""
    return RampModel((1, 2, ny, 4))


def test_usual_exposures_are_taken() -> None:
    refuse_readout(
        ramp(), "jump", "by IRS2", "in stripes", "in superstripes", "at times of its own"
    )


def test_irs2_is_refused() -> None:
    with pytest.raises(InputError, match="read out by IRS2, which saturation of strun does not"):
        refuse_readout(ramp(3200), "saturation", "by IRS2")


def test_superstripes_are_refused() -> None:
    model = ramp()
    model.meta.subarray.num_superstripe = 4
    with pytest.raises(InputError, match="read out in superstripes"):
        refuse_readout(model, "jump", "in superstripes")


def test_what_a_step_does_not_name_is_taken() -> None:
    refuse_readout(ramp(3200), "dq_init", "in superstripes")
