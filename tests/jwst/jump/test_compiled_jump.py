from __future__ import annotations

import numpy as np
import pytest
from kernels import needs_kernels

from jwst.jump import compiled
from jwst.jump.flagging import flag_jumps, remove_unusable
from jwst.jump.method import Ramps, Search, Thresholds
from strun.datamodels.dqflags import group

pytestmark = needs_kernels

ODD = [np.nan, np.inf, -np.inf, 3e38, -3e38, 1e-42, 0.0, -0.0]
SEARCHES = [
    Search(Thresholds(4.0, 5.0, 6.0), method, nframes, neighbors, after)
    for method in ("once", "repeated")
    for nframes, neighbors, after in (
        (1, (10.0, 1000.0), ()),
        (4, (3.0, 20.0), ((30.0, 1), (300.0, 2))),
        (8, None, ()),
    )
]


def flagged(
    data: np.ndarray, flags: np.ndarray, gain: np.ndarray, noise: np.ndarray, search: Search
) -> tuple[int, np.ndarray]:
    """Return the number of jumps, and the flags with them."""
    flags = flags.copy()
    with np.errstate(all="ignore"):
        jumps, _ = flag_jumps(Ramps(data, flags, gain, noise), search)
    return jumps, flags


def same_flags(*arrays: np.ndarray) -> int:
    """Check that kernel and numpy flag the same by all searches, and return how many jumps."""
    found = 0
    for search in SEARCHES:
        jumps, flags = flagged(*arrays, search)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(compiled, "available", False)
            expected, by_numpy = flagged(*arrays, search)
        assert jumps == expected
        assert np.array_equal(flags, by_numpy)
        found += jumps
    return found


def ramps(rng: np.random.Generator, shape: tuple[int, ...], slope: float = 20.0) -> np.ndarray:
    """Return ramps with noise and many jumps, some of them down."""
    steps = rng.normal(slope, 5, shape)
    struck = rng.random(shape) < 0.1
    steps[struck] += rng.choice([30, 60, 300, 3000, -80, -3000], int(struck.sum()))
    return np.cumsum(steps, axis=1).astype(np.float32)


def reference(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Return a gain or a read noise, for a tenth of the pixels one that is none."""
    values = rng.uniform(0.5, 8, shape)
    bad = rng.random(shape) < 0.1
    values[bad] = rng.choice([0, -1, np.nan, np.inf, 1e-30, 1e38], int(bad.sum()))
    return values.astype(np.float32)


@pytest.mark.parametrize("shape", [(1, 2, 3, 70), (1, 3, 4, 64), (1, 4, 5, 1), (1, 10, 6, 130)])
@pytest.mark.parametrize("slope", [0.0, 20.0, -3e6])
def test_kernel_flags_what_numpy_flags(
    rng: np.random.Generator, shape: tuple[int, ...], slope: float
) -> None:
    data, references = ramps(rng, shape, slope), (reference(rng, shape[2:]) for _ in range(2))
    flags = np.where(rng.random(shape) < 0.2, rng.integers(0, 256, shape), 0).astype(np.uint8)
    assert same_flags(data, flags, *references)


@pytest.mark.parametrize("shape", [(2, 3, 4, 65), (7, 5, 3, 40), (30, 3, 3, 20), (3, 40, 3, 20)])
def test_kernel_searches_integrations_together(
    rng: np.random.Generator, shape: tuple[int, ...]
) -> None:
    data, references = ramps(rng, shape), (reference(rng, shape[2:]) for _ in range(2))
    flags = np.where(rng.random(shape) < 0.02, group["DO_NOT_USE"], 0).astype(np.uint8)
    flags[:, -1] |= group["DO_NOT_USE"]
    assert same_flags(data, flags, *references)


@pytest.mark.parametrize("ngroups", [3, 5, 12])
def test_kernel_treats_values_that_are_odd_as_numpy_does(
    rng: np.random.Generator, ngroups: int
) -> None:
    data = ramps(rng, (2, ngroups, 5, 90))
    odd = rng.random(data.shape) < 0.1
    data[odd] = rng.choice(np.array(ODD, np.float32), int(odd.sum()))
    flags = np.zeros(data.shape, np.uint8)
    assert same_flags(data, flags, reference(rng, (5, 90)), reference(rng, (5, 90)))


def test_kernel_treats_equal_differences_as_numpy_does(rng: np.random.Generator) -> None:
    data = np.round(ramps(rng, (1, 8, 6, 100)) / 100) * np.float32(100)
    noise = np.zeros((6, 100), np.float32)
    assert same_flags(data, np.zeros(data.shape, np.uint8), noise + 1, noise)
    assert not same_flags(np.zeros_like(data), np.zeros(data.shape, np.uint8), noise + 1, noise)


def test_kernel_finds_nothing_when_no_sample_can_be_used(rng: np.random.Generator) -> None:
    data, image = ramps(rng, (1, 6, 3, 9)), np.ones((3, 9), np.float32)
    assert not same_flags(data, np.full(data.shape, group["SATURATED"], np.uint8), image, image)


def test_kernel_flags_a_part_of_larger_arrays(rng: np.random.Generator) -> None:
    data, image = ramps(rng, (2, 6, 9, 80)), np.ones((5, 70), np.float32)
    flags = np.zeros(data.shape, np.uint8)
    part = (..., slice(2, 7), slice(4, 74))
    same_flags(data[part], flags[part], image, image)
    flag_jumps(Ramps(data[part], flags[part], image, image), SEARCHES[0])
    assert flags[part].any()
    flags[part] = 0
    assert not flags.any()


def test_kernel_refuses_arrays_of_other_shapes() -> None:
    data, image = np.zeros((2, 4, 3, 5), np.float32), np.ones((3, 5), np.float32)
    flags = np.zeros(data.shape, np.uint8)
    with pytest.raises(ValueError, match=r"gain \(3, 5\) and read noise \(5,\) for \(2, 4, 3, 5\)"):
        flag_jumps(Ramps(data, flags, image, image[0]), SEARCHES[0])
    with pytest.raises(ValueError, match="groups at unequal distances"):
        flag_jumps(Ramps(data[:, 1:], flags[:, 1:], image, image), SEARCHES[0])


@pytest.mark.parametrize(("columns", "core"), [(5, (1, 4)), (64, (0, 64)), (200, (3, 200))])
def test_kernel_removes_and_counts_as_numpy_does(
    rng: np.random.Generator, columns: int, core: tuple[int, int]
) -> None:
    flags = rng.integers(0, 256, (2, 5, 6, columns), np.uint8)
    expected, where = flags.copy(), (slice(2, 5), slice(*core))
    counts = remove_unusable(flags, where)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiled, "available", False)
        assert remove_unusable(expected, where) == counts
    assert np.array_equal(flags, expected)
    assert sum(counts.jumps) == np.count_nonzero(flags[..., *where] & group["JUMP_DET"])
