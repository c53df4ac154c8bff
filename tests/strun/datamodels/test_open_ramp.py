from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from factories import make_ramp

from jwst.datamodels import RampModel
from strun.datamodels.opening import open_ramp
from strun.errors import InputError


def test_open_ramp_shares_the_arrays_of_a_model() -> None:
    model = RampModel((1, 2, 3, 4))
    assert open_ramp(model).data is model.data


@pytest.mark.parametrize("name", ["PIXELDQ", "GROUPDQ"])
def test_flags_of_floats_are_refused(folder: Path, name: str) -> None:
    path = make_ramp(folder / "x.fits")
    with fits.open(path, mode="update") as hdus:
        hdus[name].data = hdus[name].data.astype(np.float32)
    with pytest.raises(InputError, match=rf"x\.fits: {name} is float32, expected integers"):
        open_ramp(path).has_array(name.lower())


@pytest.mark.parametrize("value", [np.nan, 0.5, -1.0])
def test_flags_that_are_no_whole_numbers_cannot_be_set(value: float) -> None:
    model = RampModel((1, 2, 3, 4))
    with pytest.raises(InputError, match=f"pixeldq has the value {value:g}, expected integers"):
        model.pixeldq = np.full((3, 4), value)
    model.pixeldq = np.full((3, 4), 4.0)
    assert (model.pixeldq == 4).all()
