"""Changes of samples, seen on a few lines."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from jwst.stpipe.change import Watch
from jwst.stpipe.correction import Block
from jwst.stpipe.effect import median_change
from jwst.stpipe.totals import merge

FACTOR = np.float32(1.03125)


def changed(values: NDArray[np.float32], rows: int, frames: int) -> dict[str, Any]:
    """Return what is counted when an exposure is multiplied, cut into blocks."""
    watch, totals = Watch(values.shape), {}
    flat = values.reshape(-1, *values.shape[-2:]).copy()
    for top in range(0, flat.shape[1], rows):
        for first in range(0, len(flat), frames):
            cut = slice(first, first + frames), slice(top, top + rows)
            block = Block(cut[1], cut[0], data=flat[cut])
            seen = watch.look(block)
            block.data *= FACTOR
            merge(totals, watch.counts(seen))
    return totals


def ramp(*shape: int) -> NDArray[np.float32]:
    return np.random.default_rng(2).uniform(200, 6e4, shape).astype(np.float32)


@pytest.mark.parametrize("shape", [(1, 10, 64, 72), (20, 3, 8, 9), (1, 1, 5, 7), (2, 5, 512, 64)])
def test_median_and_largest_are_those_of_the_correction(shape: tuple[int, ...]) -> None:
    found = changed(ramp(*shape), shape[-2], 2)
    assert median_change(found["changes"]) == pytest.approx(0.03125, rel=0.2)
    assert found["max_change"] == pytest.approx(0.03125, rel=1e-3)


@pytest.mark.parametrize(("rows", "frames"), [(512, 1), (48, 1), (7, 3), (512, 10), (1, 1)])
def test_counts_do_not_depend_on_blocks(rows: int, frames: int) -> None:
    values = ramp(2, 5, 512, 64)
    assert changed(values, rows, frames) == changed(values, 64, 1)


def test_lines_are_few_and_spread_over_rows() -> None:
    values = ramp(1, 10, 2048, 16)
    seen = sum(changed(values, 2048, 10)["changes"]) / 16
    assert 20 <= seen <= 33


def test_faint_unchanged_and_infinite_samples_are_left_out() -> None:
    values = np.array([[[50, 0, np.nan, np.inf, 1000]]], np.float32)
    watch, block = Watch(values.shape), Block(slice(0, 1), slice(0, 1), data=values.copy())
    seen = watch.look(block)
    block.data[..., :4] *= 2
    assert watch.counts(seen) == {}


def test_nothing_is_counted_when_no_line_is_in_the_block() -> None:
    watch = Watch((1, 10, 2048, 2048))
    block = Block(slice(1, 2), slice(0, 1), data=np.ones((1, 1, 2048), np.float32))
    assert watch.counts(watch.look(block)) == {}
