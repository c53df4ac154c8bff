"""Means and medians of reference pixels against plain ones."""

from __future__ import annotations

import numpy as np
import pytest

from jwst.refpix.statistics import RunningMedian, average, clipped_mean


def _plain_median(strip: np.ndarray, good: np.ndarray, length: int) -> np.ndarray:
    rows = np.pad(np.arange(len(strip)), length // 2, mode="reflect")
    medians = np.full(len(strip), np.nan)
    for number in range(len(strip)):
        window = rows[number : number + length]
        values = strip[window][good[window]]
        if values.size:
            medians[number] = np.median(values)
    return medians


@pytest.mark.parametrize("length", [1, 2, 3, 10, 11, 39])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_running_median_is_that_of_a_loop_over_rows(
    rng: np.random.Generator, length: int, dtype: str
) -> None:
    strip = rng.normal(1000, 9, (40, 4)).astype(dtype)
    good = rng.random(strip.shape) > 0.4
    good[10:25] = False
    strip[5, 2] = np.nan
    strip[~good] = np.inf
    expected = _plain_median(strip, good, length)
    np.testing.assert_array_equal(RunningMedian(good, length).of(strip), expected)


def test_running_median_of_a_long_window_is_made_in_pieces(
    monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator
) -> None:
    monkeypatch.setattr("jwst.refpix.statistics._MOST", 100)
    strip, good = rng.normal(0, 1, (40, 4)), np.ones((40, 4), bool)
    expected = _plain_median(strip, good, 11)
    np.testing.assert_array_equal(RunningMedian(good, 11).of(strip), expected)


def test_outlier_is_left_out_of_the_mean(rng: np.random.Generator) -> None:
    values = rng.normal(100, 1, 200).astype(np.float32)
    assert clipped_mean(np.append(values, np.float32(1e6)), 4) == clipped_mean(values, 4)


def _plain_clipped_mean(values: np.ndarray, limit: float) -> np.floating:
    before = -1
    while values.size != before:
        before = values.size
        mean, width = values.mean(), values.std() * limit
        values = values[(values >= mean - width) & (values <= mean + width)]
    return values.mean()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("size", [2, 7, 8, 129, 2044, 9001])
def test_mean_has_the_bits_of_numpys_mean_and_std(
    rng: np.random.Generator, size: int, dtype: str
) -> None:
    for _ in range(20):
        values = (1e4 + rng.standard_t(2, size) * 9).astype(dtype)
        mean, expected = clipped_mean(values, 2.5), _plain_clipped_mean(values, 2.5)
        assert type(mean) is type(expected)
        assert mean == expected


def test_mean_of_equal_values_is_a_float64() -> None:
    mean = clipped_mean(np.full(7, 0.1, np.float32), 3)
    assert isinstance(mean, np.float64)
    assert mean == np.float32(0.1)


def test_mean_of_other_values_has_their_dtype() -> None:
    assert isinstance(clipped_mean(np.array([1, 2, 3], np.float32), 3), np.float32)


def test_mean_with_a_nan_is_nan() -> None:
    mean = clipped_mean(np.array([1, np.nan, 3], np.float32), 3)
    assert mean is not None
    assert np.isnan(mean)


def test_mean_of_nothing_is_none() -> None:
    assert clipped_mean(np.empty(0, np.float32), 3) is None


def test_average_with_one_missing_is_the_other() -> None:
    one = np.float32(2)
    assert average(one, None) == average(None, one) == 2
    assert average(one, np.float32(4)) == 3
    assert average(None, None) is None
