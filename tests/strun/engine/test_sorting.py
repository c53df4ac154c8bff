from __future__ import annotations

import numpy as np
import pytest

from strun.engine import sorting
from strun.engine.sorting import middle, select, sorted_planes


@pytest.mark.parametrize("pixels", [3, sorting.LEAST_PIXELS])
@pytest.mark.parametrize("count", [*range(1, 20), 33, sorting.MOST_PLANES, 60])
def test_select_gives_the_ranks_of_a_sort(
    rng: np.random.Generator, count: int, pixels: int
) -> None:
    values = rng.integers(0, 30, (count, pixels)).astype(np.float32)
    expected = np.sort(values, axis=0)
    for ranks in ((0,), (count - 1,), (0, (count - 1) // 2, count // 2, count - 1)):
        found = select(values.copy(), ranks)
        assert [f.tobytes() for f in found] == [expected[rank].tobytes() for rank in ranks]


@pytest.mark.parametrize("pixels", [1, sorting.LEAST_PIXELS])
@pytest.mark.parametrize("count", [2, 5, 60])
def test_select_gives_nan_at_both_ends_when_a_value_is_nan(count: int, pixels: int) -> None:
    for place in range(count):
        values = np.tile(np.arange(count, dtype=np.float32)[:, None], pixels)
        values[place] = np.nan
        assert np.isnan(select(values, (0, count - 1))).all()


def test_network_leaves_out_what_a_median_does_not_need() -> None:
    assert len(sorting.network(9, (4,))) < len(sorting.network(9, tuple(range(9))))


@pytest.mark.parametrize("pixels", [100, sorting.LEAST_PIXELS])
@pytest.mark.parametrize("count", [1, 4, 7, 60])
def test_middle_of_sorted_planes_is_the_median_without_nan(
    rng: np.random.Generator, count: int, pixels: int
) -> None:
    values = rng.normal(size=(count, pixels)).astype(np.float32)
    values[rng.random(values.shape) < 0.3] = np.nan
    values[:, 0] = np.nan
    ordered, counts = sorted_planes(values)
    found = middle(ordered, counts)
    for pixel, column in enumerate(values.T.astype(float)):
        good = sorted(column[~np.isnan(column)])
        n = len(good)
        assert counts[pixel] == n
        if n:
            assert found[pixel] == (good[(n - 1) // 2] + good[n // 2]) / 2
        else:
            assert np.isnan(found[pixel])
