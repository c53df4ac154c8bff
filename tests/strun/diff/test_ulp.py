"""Distances of floats."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strun.diff.images import relative_bins, ulp_bins, ulp_distance

FLOATS = st.floats(allow_nan=False, width=32)


def plain_distance(a: float, b: float) -> int:
    """Count from the number line of all float32."""

    def place(value: float) -> int:
        bits = int(np.float32(value).view(np.uint32))
        return -(bits & 0x7FFFFFFF) if bits >> 31 else bits

    return abs(place(a) - place(b))


@given(FLOATS, FLOATS)
def test_distance_equals_plain_count_for_any_float32(a: float, b: float) -> None:
    found = ulp_distance(np.array([a], np.float32), np.array([b], np.float32))
    assert int(found[0]) == plain_distance(a, b)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_distance_is_one_for_neighbours(dtype: type) -> None:
    values = np.array([1.0, -1.0, 3e-30, 6e10], dtype)
    assert ulp_distance(values, np.nextafter(values, dtype(np.inf))).tolist() == [1] * 4


def test_distance_is_zero_for_zeros_of_both_signs() -> None:
    zeros = np.array([0.0, -0.0], np.float32)
    assert ulp_distance(zeros, zeros[::-1].copy()).tolist() == [0, 0]


def test_distance_does_not_overflow_from_end_to_end() -> None:
    largest = np.array([np.finfo(np.float64).max])
    assert ulp_distance(-largest, largest)[0] > 2**63


def test_bins_leave_out_zero() -> None:
    assert ulp_bins(np.array([0, 1, 2, 9, 10, 99, 100, 1000], np.uint32)) == [1, 2, 2, 1, 1]


def test_relative_differences_are_counted_by_size() -> None:
    ours = np.array([1, 1, 1, 1, 1, 0, np.inf, -0.0, 5], np.float32)
    theirs = np.array([1 + 2e-7, 1.00001, 1.001, 1.5, -1, 1, 1, 0.0, np.inf], np.float32)
    assert relative_bins(ours, theirs) == [1, 1, 1, 1, 4]
