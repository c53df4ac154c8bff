from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from jwst.datamodels import LinearityModel, MaskModel
from jwst.dq_init import DQInitStep
from jwst.dq_init.dq_initialization import do_dqinit
from jwst.linearity.linearity import do_correction
from strun.datamodels import dqflags

DEAD = dqflags.pixel["DEAD"]
FRAME = {"xstart": 1, "ystart": 1, "xsize": 4, "ysize": 3}


class _Foreign:
    """A model as stdatamodels has them: what is asked of one, and no more."""

    crds_observatory = "jwst"

    def __init__(self, **arrays: Any) -> None:  # noqa: ANN401
        self.__dict__.update(arrays)
        self.meta = SimpleNamespace(cal_step=SimpleNamespace())

    def get_crds_parameters(self) -> dict[str, Any]:
        return self.to_flat_dict()

    def to_flat_dict(self, include_arrays: bool = True) -> dict[str, Any]:
        where = {f"meta.subarray.{name}": value for name, value in FRAME.items()}
        return {"meta.instrument.name": "MIRI", "meta.exposure.type": "MIR_IMAGE", **where}

    def copy(self) -> _Foreign:
        raise AssertionError("is copied as a model of this package")

    def save(self, path: str) -> str:
        return path


@pytest.fixture
def ramp() -> Any:  # noqa: ANN401
    kind = type("RampModel", (_Foreign,), {})
    return kind(data=np.full((1, 2, 3, 4), 10, "float32"))


@pytest.fixture
def mask() -> Any:  # noqa: ANN401
    flags = np.zeros((3, 4), "uint32")
    flags[1, 2] = DEAD
    return type("MaskModel", (_Foreign,), {})(dq=flags)


@pytest.fixture
def linearity() -> Any:  # noqa: ANN401
    coeffs = np.zeros((3, 3, 4), "float32")
    coeffs[1], coeffs[2] = 1, 0.1
    return type("LinearityModel", (_Foreign,), {})(coeffs=coeffs, dq=np.zeros((3, 4), "uint32"))


def test_do_dqinit_changes_a_model_of_stdatamodels_in_place(ramp: Any, mask: Any) -> None:  # noqa: ANN401
    assert do_dqinit(ramp, mask) is ramp
    assert ramp.pixeldq[1, 2] == DEAD
    assert ramp.groupdq.shape == ramp.data.shape
    assert ramp.meta.cal_step.dq_init == "COMPLETE"


def test_do_correction_changes_a_model_of_stdatamodels_in_place(
    ramp: Any,  # noqa: ANN401
    linearity: Any,  # noqa: ANN401
) -> None:
    assert do_correction(ramp, linearity) is ramp
    assert (ramp.data == 20).all()


def test_step_takes_models_of_stdatamodels_and_leaves_them_alone(ramp: Any, mask: Any) -> None:  # noqa: ANN401
    result = DQInitStep.call(ramp, override_mask=mask)
    assert result.pixeldq[1, 2] == DEAD
    assert (result.data == 10).all()
    assert not hasattr(ramp, "pixeldq")
    assert not np.shares_memory(result.data, ramp.data)


def test_references_of_stdatamodels_are_models_of_this_package_in_a_step(
    mask: Any,  # noqa: ANN401
    linearity: Any,  # noqa: ANN401
) -> None:
    assert (MaskModel(mask).dq == mask.dq).all()
    assert (LinearityModel(linearity).coeffs == linearity.coeffs).all()
