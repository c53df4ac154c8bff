from __future__ import annotations

import statistics

import numpy as np
import pytest

from jwst.jump.differences import differences, suspects
from jwst.jump.method import Thresholds
from jwst.jump.search import search_clipped, search_once, search_repeatedly
from strun.datamodels.dqflags import group

LIMITS = Thresholds(4.0, 5.0, 6.0)


def plain_once(values: list[float], variance: float, threshold: float) -> set[int]:
    """Search the differences of one pixel once."""
    good = [v for v in values if not np.isnan(v)]
    if not good:
        return set()
    median = statistics.median(good)
    sigma = np.sqrt(abs(median) + variance)
    return {n for n, v in enumerate(values) if sigma and abs(v - median) / sigma > threshold}


def plain_repeatedly(values: list[float], variance: float, limits: Thresholds) -> set[int]:
    """Search the differences of one pixel until no jump is left."""
    left = {n: abs(v) for n, v in enumerate(values) if not np.isnan(v)}
    hits: set[int] = set()
    first = True
    while len(left) >= 2:
        used = sorted(left.values())
        limit = {2: limits.two, 3: limits.three}.get(len(used), limits.normal)
        if len(used) >= 4:
            used = [v for v in used if v != used[-1]]
        if not used:
            break
        median = used[0] if len(used) == 2 and len(left) == 2 else statistics.median(used)
        median = median if first else float(np.float32(median))
        sigma = np.sqrt(abs(median) + variance) or np.nan
        ratios = {n: float(np.float32(abs(v - median))) / sigma for n, v in left.items()}
        largest = max(ratios.values())
        if not largest > limit:
            break
        new = {n for n, ratio in ratios.items() if ratio == largest}
        hits |= new
        left = {n: v for n, v in left.items() if n not in new}
        first = False
    return hits


def exposure(rng: np.random.Generator, count: int, pixels: int = 300) -> np.ndarray:
    """Return differences with jumps, ties, NaN and pixels without any."""
    diffs = rng.normal(20, 5, (count, pixels))
    diffs[:, 1::9] *= 1e7
    diffs[rng.random(diffs.shape) < 0.1] += 300
    diffs[rng.random(diffs.shape) < 0.05] -= 90
    diffs[:, ::7] = np.round(diffs[:, ::7], -1)
    diffs[rng.random(diffs.shape) < 0.1] = np.nan
    diffs[:, 5] = np.nan
    return diffs.astype(np.float32)


def by_pixel(hits: tuple[np.ndarray, np.ndarray], pixels: int) -> list[set[int]]:
    """Return the differences that are jumps, for each pixel."""
    return [set(hits[0][hits[1] == pixel].tolist()) for pixel in range(pixels)]


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 9, 20, 60])
def test_search_once_equals_plain_search(
    rng: np.random.Generator, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jwst.jump.differences.AT_ONCE", 70 * count)
    diffs, variance = exposure(rng, count), rng.uniform(0, 50, 300)
    found = by_pixel(search_once(diffs, variance, 4.0), 300)
    assert found == [plain_once(diffs[:, p].tolist(), variance[p], 4.0) for p in range(300)]


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 9, 20, 60])
def test_search_repeatedly_equals_plain_search(rng: np.random.Generator, count: int) -> None:
    diffs, variance = exposure(rng, count), rng.uniform(0, 50, 300)
    found = by_pixel(search_repeatedly(diffs, variance, LIMITS), 300)
    expected = [plain_repeatedly(diffs[:, p].tolist(), variance[p], LIMITS) for p in range(300)]
    assert found == expected


@pytest.mark.parametrize("limits", [4.0, LIMITS])
@pytest.mark.parametrize("count", [2, 9, 38, 300])
def test_suspects_are_few_when_there_is_no_jump(
    rng: np.random.Generator, count: int, limits: float | Thresholds
) -> None:
    diffs = rng.normal(200, 15, (count, 5000)).astype(np.float32)
    diffs[0] = np.nan
    diffs[1, 7] = np.nan
    variance = np.full(5000, 60.0)
    assert suspects(diffs, variance, limits).size < 300
    assert suspects(np.full_like(diffs, np.nan), variance, limits).size == 0


@pytest.mark.parametrize("search", [search_once, search_repeatedly])
def test_search_finds_nothing_when_there_is_no_noise(search: object) -> None:
    assert callable(search)
    threshold = LIMITS if search is search_repeatedly else 4.0
    diffs = np.zeros((6, 2), np.float32)
    diffs[2] = 50
    hits = search(diffs, np.zeros(2), threshold)
    assert not hits[0].size


@pytest.mark.parametrize("by_group", [True, False])
def test_search_clipped_finds_what_stands_out(rng: np.random.Generator, by_group: bool) -> None:
    diffs = rng.normal(20, 1, (30 * 3, 4)).astype(np.float32)
    diffs[17, 2] = 500
    diffs[20, 1] = np.nan
    hits = search_clipped(diffs, 30, 5.0, by_group=by_group)
    assert [axis.tolist() for axis in hits] == [[17], [2]]


def test_differences_are_nan_beside_samples_that_cannot_be_used() -> None:
    data = np.arange(8, dtype=np.float32).reshape(2, 4, 1, 1)
    flags = np.zeros(data.shape, np.uint8)
    flags[0, 1] = group["SATURATED"]
    flags[1, 3] = group["DO_NOT_USE"]
    flags[1, 0] = group["JUMP_DET"]
    found = differences(data, flags, np.full((1, 1), 2, np.float32))
    assert np.array_equal(found[:, 0], [np.nan, np.nan, 2, 2, 2, np.nan], equal_nan=True)


def test_search_clipped_gives_the_same_by_a_few_pixels_at_a_time(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    diffs = exposure(rng, 60, 40)
    whole = search_clipped(diffs, 20, 3.0, by_group=True)
    monkeypatch.setattr("jwst.jump.search._CLIPPED_AT_ONCE", 200)
    parts = search_clipped(diffs, 20, 3.0, by_group=True)
    assert by_pixel(parts, 40) == by_pixel(whole, 40)
    assert whole[0].size
