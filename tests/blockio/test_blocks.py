from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strun.blockio.blocks import plan

SHAPES = st.tuples(st.integers(0, 12), st.integers(0, 40), st.just(3))


@settings(max_examples=300, deadline=None)
@given(SHAPES, st.integers(1, 3000), st.integers(1, 5), st.sampled_from([None, 1, 2, 3]))
def test_plan_covers_every_sample_once(
    shape: tuple[int, int, int], budget: int, workers: int, ramp: int | None
) -> None:
    frames, ny, nx = shape
    frames -= frames % (ramp or 1)
    cut = plan((frames, ny, nx), 4 * nx, budget=budget, workers=workers, ramp=ramp)
    seen = np.zeros((frames, ny, nx), int)
    for band in cut.bands:
        for block in cut.blocks(band):
            seen[block, band.rows] += 1
            size = (block.stop - block.start) * (band.rows.stop - band.rows.start)
            assert size * 4 * nx <= max(budget, 4 * nx * (ramp or 1))
    assert (seen == 1).all()


@settings(max_examples=200, deadline=None)
@given(SHAPES, st.integers(1, 3000), st.integers(1, 5), st.sampled_from([None, 1, 2, 3]))
def test_plan_has_every_row_in_one_band_that_begins_at_frame_zero(
    shape: tuple[int, int, int], budget: int, workers: int, ramp: int | None
) -> None:
    cut = plan(shape, 12, budget=budget, workers=workers, ramp=ramp)
    seen = np.zeros(shape[1], int)
    for band in cut.bands:
        seen[band.rows] += band.frames.start == 0
    assert (seen == 1).all()


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 5), st.integers(1, 4), st.integers(1, 3000), st.integers(1, 4))
def test_plan_gives_blocks_whole_integrations_when_ramp_is_given(
    integrations: int, ngroups: int, budget: int, workers: int
) -> None:
    cut = plan((integrations * ngroups, 20, 3), 12, budget=budget, workers=workers, ramp=ngroups)
    for band in cut.bands:
        for block in cut.blocks(band):
            assert block.start % ngroups == 0
            assert block.stop - block.start == ngroups


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_plan_gives_each_worker_about_the_same_rows(workers: int) -> None:
    cut = plan((10, 2048, 2048), 8192, budget=512 << 10, workers=workers)
    rows = [sum(b.rows.stop - b.rows.start for b in cut.bands[n::workers]) for n in range(workers)]
    assert max(rows) - min(rows) <= 2 * 64
    assert len(cut.bands) % workers == 0


def test_plan_cuts_frames_for_workers_when_a_frame_is_small() -> None:
    cut = plan((100, 10, 10), 40, budget=1000, workers=4)
    assert [band.frames for band in cut.bands] == [
        slice(0, 26),
        slice(26, 52),
        slice(52, 78),
        slice(78, 100),
    ]
    assert cut.frames_per_block == 2
