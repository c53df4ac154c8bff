"""The largest change of samples, and a sample of the changes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from strun.blockio.tiles import Tile
from strun.effects.change import Largest, Lattice, concluded, relative_changes
from strun.engine.correction import Block
from strun.engine.totals import merge

FACTOR = np.float32(1.03125)


def changed(values: NDArray[np.float32], rows: int, groups: int) -> dict[str, Any]:
    """Return what is counted when an exposure is multiplied, cut into blocks."""
    lattice, totals = Lattice(values.shape), {}
    flat = values.reshape(-1, *values.shape[-2:]).copy()
    for top in range(0, flat.shape[1], rows):
        for first in range(0, len(flat), groups):
            cut = slice(first, first + groups), slice(top, top + rows)
            block = Block(Tile(cut[1], slice(0, flat.shape[2])), cut[0], data=flat[cut])
            seen = lattice.look(block)
            block.data *= FACTOR
            merge(totals, lattice.counts(seen))
    return concluded(totals)


def ramp(*shape: int) -> NDArray[np.float32]:
    return np.random.default_rng(2).uniform(200, 6e4, shape).astype(np.float32)


@pytest.mark.parametrize("shape", [(1, 10, 64, 72), (20, 3, 8, 9), (1, 1, 5, 7), (2, 5, 512, 64)])
def test_median_is_exact_for_the_sample(shape: tuple[int, ...]) -> None:
    found = changed(ramp(*shape), shape[-2], 2)
    assert found["median_change"] == pytest.approx(0.03125, rel=1e-5)


@pytest.mark.parametrize(("rows", "groups"), [(512, 1), (48, 1), (7, 3), (512, 10), (1, 1)])
def test_median_does_not_depend_on_blocks(rows: int, groups: int) -> None:
    values = ramp(2, 5, 512, 64)
    assert changed(values, rows, groups) == changed(values, 64, 1)


def test_lines_are_few_and_spread_over_rows() -> None:
    seen = changed(ramp(1, 10, 2048, 16), 2048, 10)["samples_median"] / 16
    assert 20 <= seen <= 33


def test_faint_unchanged_and_infinite_samples_are_left_out() -> None:
    before = np.array([50, 0, np.nan, np.inf, 1000, 200], np.float32)
    after = before * np.array([2, 2, 2, 2, 1, 1.5], np.float32)
    assert relative_changes(before, after).tolist() == [0.5]


def test_nothing_is_concluded_when_no_line_is_in_the_blocks() -> None:
    lattice = Lattice((1, 10, 2048, 2048))
    block = Block(
        Tile(slice(1, 2), slice(0, 2048)), slice(0, 1), data=np.ones((1, 1, 2048), np.float32)
    )
    assert concluded(lattice.counts(lattice.look(block))) == {}


def test_largest_is_that_of_either_sign() -> None:
    largest = Largest()
    largest.see(np.full(3, 200, np.float32), np.array([200, 220, 100], np.float32))
    largest.see(np.full(3, 200, np.float32), np.array([200, 220, 210], np.float32))
    assert largest.counts() == {"max_change": 0.5}


def test_largest_leaves_out_faint_and_infinite_samples() -> None:
    largest = Largest()
    before = np.array([50, 0, np.nan, np.inf, 300, 1000], np.float32)
    largest.see(before, np.array([500, 9, 7, np.inf, np.inf, 1250], np.float32))
    assert largest.counts() == {"max_change": 0.25}


def test_largest_says_nothing_when_no_sample_changed() -> None:
    largest = Largest()
    largest.see(np.full(3, 200, np.float32), np.full(3, 200, np.float32))
    assert largest.counts() == {}


@pytest.mark.parametrize("count", [1, 2, 7, 8])
def test_median_is_that_of_numpy(count: int) -> None:
    changes = np.random.default_rng(4).normal(0, 1, count).astype(np.float32)
    found = concluded({"changes": (changes[:1], changes[1:])})
    assert found["median_change"] == pytest.approx(float(np.median(changes)), rel=1e-6)
