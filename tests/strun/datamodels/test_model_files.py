"""A model and its file: what is read when, and how long it can be."""

from __future__ import annotations

import weakref
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from factories import SIZE

from jwst.datamodels import RampModel
from strun.errors import InputError

SHAPE = (2, 5, *SIZE)


def test_shape_is_known_without_reading(ramp: Path) -> None:
    model = RampModel(ramp)
    assert (model.shape, model.array_shape("pixeldq")) == (SHAPE, SIZE)
    assert model.loaded == {}


def test_arrays_that_were_read_outlive_the_file(ramp: Path) -> None:
    with RampModel(ramp) as model:
        shape = model.data.shape
    assert model.data.shape == shape


def test_closed_model_stays_readable(ramp: Path) -> None:
    with RampModel(ramp) as model:
        pass
    expected = RampModel(ramp)
    assert (model.shape, model.meta.instrument.name) == (SHAPE, "MIRI")
    ramp.unlink()
    np.testing.assert_array_equal(model.data, expected.data)
    model.save("out.fits")
    assert RampModel("out.fits").meta.subarray.xstart == 11


def test_file_is_closed_with_its_last_model(ramp: Path) -> None:
    model = RampModel(ramp)
    file = weakref.ref(model.file)
    meta = model.meta
    del model
    assert meta.instrument.name == "MIRI"
    del meta
    assert file() is None


def test_flags_of_a_file_stay_when_the_data_are_cut(ramp: Path) -> None:
    model, whole = RampModel(ramp), RampModel(ramp).groupdq
    model.data = model.data[:, :2]
    np.testing.assert_array_equal(model.groupdq, whole)
    model.groupdq = model.groupdq[:, :2]
    model.save("y.fits")
    np.testing.assert_array_equal(RampModel("y.fits").groupdq, whole[:, :2])


def test_file_that_was_written_to_is_refused(ramp: Path) -> None:
    model = RampModel(ramp)
    for number in range(36):
        fits.setval(ramp, f"KEY{number}", value=number)
    with pytest.raises(InputError, match=r"x_uncal\.fits: was written to after it was opened"):
        _ = model.data


def test_file_that_was_replaced_stays_readable(ramp: Path) -> None:
    model, expected = RampModel(ramp), RampModel(ramp).data
    RampModel((1, 2, 3, 4)).save(ramp)
    np.testing.assert_array_equal(model.data, expected)
