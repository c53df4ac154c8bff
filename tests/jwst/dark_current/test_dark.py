"""Which frames of a dark make a group, against plain versions."""

from __future__ import annotations

import numpy as np
import pytest

from jwst.dark_current.dark import Readout, extrapolated, missing_groups, taken, without_nan


@pytest.mark.parametrize(
    ("science", "dark", "missing"),
    [
        (Readout(3, 4, 1), Readout(14, 1, 0), 0),
        (Readout(3, 4, 1), Readout(10, 1, 0), 4),
        (Readout(5, 1, 0), Readout(2, 1, 0), 3),
        (Readout(4, 4, 2), Readout(3, 2, 1), 5),
    ],
)
def test_dark_lacks_what_makes_it_as_long(science: Readout, dark: Readout, missing: int) -> None:
    assert missing_groups(science, dark) == missing
    longer = dark._replace(ngroups=dark.ngroups + missing)
    assert longer.frames >= science.frames


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("readout", [Readout(3, 4, 1), Readout(3, 1, 2), Readout(2, 8, 0)])
def test_group_is_the_mean_of_its_frames(
    rng: np.random.Generator, readout: Readout, dtype: type
) -> None:
    frames = rng.normal(0, 9, (16, 4, 5)).astype(dtype)
    for number in range(readout.ngroups):
        first = number * (readout.nframes + readout.groupgap)
        expected = frames[first : first + readout.nframes].mean(axis=0).astype(np.float32)
        found = taken(frames.__getitem__, number, readout, available=16)
        np.testing.assert_array_equal(found, expected)
        assert found.dtype == np.float32


def test_extrapolated_group_goes_on_in_double_precision(rng: np.random.Generator) -> None:
    before, last = rng.normal(0, 9, (2, 4, 5)).astype(np.float32)
    found = extrapolated(before, last, 3)
    np.testing.assert_array_equal(found, 3.0 * (last - before).astype(float) + last)
    assert found.dtype == np.float64


def test_nan_becomes_zero_and_the_rest_stays() -> None:
    np.testing.assert_array_equal(without_nan(np.array([1, np.nan, -2.0])), [1, 0, -2])
