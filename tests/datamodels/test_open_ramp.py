from __future__ import annotations

from jwst.datamodels import RampModel
from jwst.datamodels.opening import open_ramp


def test_open_ramp_shares_the_arrays_of_a_model() -> None:
    model = RampModel((1, 2, 3, 4))
    assert open_ramp(model).data is model.data
