from __future__ import annotations

import numpy as np
import pytest

from jwst.jump.flagging import flag_jumps, remove_unusable
from jwst.jump.method import Ramps, Search, Thresholds
from strun.datamodels.dqflags import group

JUMP, DO_NOT_USE, SATURATED = group["JUMP_DET"], group["DO_NOT_USE"], group["SATURATED"]
GAIN = np.full((5, 6), 2, np.float32)
NOISE = np.full((5, 6), 5, np.float32)
SEARCH = Search(Thresholds(4.0, 5.0, 6.0), "once", 1)


def ramps(nints: int = 1, ngroups: int = 12) -> tuple[np.ndarray, np.ndarray]:
    """Return ramps of 10 DN a group, and their flags."""
    data = np.zeros((nints, ngroups, 5, 6), np.float32)
    data += 10 * np.arange(ngroups, dtype=np.float32)[:, None, None]
    return data, np.zeros(data.shape, np.uint8)


def flagged(groupdq: np.ndarray) -> set[tuple[int, ...]]:
    """Return integration, group, row and column of each sample with JUMP_DET."""
    return {tuple(map(int, place)) for place in np.argwhere(groupdq & JUMP)}


def test_flag_jumps_flags_the_group_of_the_jump_and_its_neighbors() -> None:
    data, flags = ramps()
    data[0, 4:, 2, 3] += 500
    jumps, clipped = flag_jumps(Ramps(data, flags, GAIN, NOISE), SEARCH)
    around = {(0, 4, 1, 3), (0, 4, 3, 3), (0, 4, 2, 2), (0, 4, 2, 4)}
    assert flagged(flags) == around | {(0, 4, 2, 3)}
    assert jumps == 1
    assert clipped is None


@pytest.mark.parametrize("limits", [None, (10.0, 50.0), (900.0, 1000.0)])
def test_flag_jumps_leaves_neighbors_alone_when_the_jump_is_no_case_for_it(
    limits: tuple[float, float] | None,
) -> None:
    data, flags = ramps()
    data[0, 4:, 2, 3] += 500
    flag_jumps(Ramps(data, flags, GAIN, NOISE), SEARCH._replace(neighbors=limits))
    assert flagged(flags) == {(0, 4, 2, 3)}


def test_flag_jumps_leaves_neighbors_alone_when_they_cannot_be_used() -> None:
    data, flags = ramps()
    data[0, 4:, 0, 0] += 500
    flags[0, 4, 0, 1] = DO_NOT_USE
    flags[0, 4, 1, 0] = SATURATED
    flag_jumps(Ramps(data, flags, GAIN, NOISE), SEARCH)
    assert flagged(flags) == {(0, 4, 0, 0)}


def test_flag_jumps_compares_integrations_of_a_pixel_together() -> None:
    data, flags = ramps(nints=3, ngroups=3)
    data[1, 2, 2, 3] += 500
    search = SEARCH._replace(method="repeated", neighbors=None)
    flag_jumps(Ramps(data, flags, GAIN, NOISE), search)
    assert flagged(flags) == {(1, 2, 2, 3)}


@pytest.mark.parametrize(("groups", "last"), [(0, 4), (2, 6), (50, 11)])
def test_flag_jumps_flags_groups_after_large_jumps(groups: int, last: int) -> None:
    data, flags = ramps()
    data[0, 4:, 2, 3] += 500
    data[0, 4:, 4, 5] += 100
    search = SEARCH._replace(neighbors=None, after=((900.0, groups), (1e5, 1)))
    flag_jumps(Ramps(data, flags, GAIN, NOISE), search)
    expected = {(0, number, 2, 3) for number in range(4, last + 1)}
    assert flagged(flags) == expected | {(0, 4, 4, 5)}


def test_flag_jumps_flags_no_group_after_samples_that_cannot_be_used() -> None:
    data, flags = ramps()
    data[0, 4, 1:3] += 1e6
    flags[0, 4, 1:3] = DO_NOT_USE | JUMP
    flag_jumps(Ramps(data, flags, GAIN, NOISE), SEARCH._replace(after=((900.0, 2),)))
    assert {place[1] for place in flagged(flags)} == {4}


def test_flag_jumps_counts_the_core_alone() -> None:
    data, flags = ramps()
    data[0, 4:, 0, 0] += 500
    data[0, 4:, 2, 3] += 500
    jumps, _ = flag_jumps(Ramps(data, flags, GAIN, NOISE), SEARCH, (slice(1, 4), slice(1, 5)))
    assert jumps == 1


def test_flag_jumps_tells_groups_that_sigma_clipping_flagged_throughout() -> None:
    data, flags = ramps(nints=30, ngroups=3)
    data += np.random.default_rng(1).normal(0, 1, data.shape).astype(np.float32)
    data[7, 2] += 500
    flags[3, 1] = JUMP
    search = SEARCH._replace(method="clipped", neighbors=None)
    before = flags.copy()
    _, clipped = flag_jumps(Ramps(data, flags, GAIN, NOISE), search)
    assert clipped is not None
    throughout = (clipped[0] == 0) & (clipped[1] > 0)
    assert {tuple(map(int, each)) for each in np.argwhere(throughout)} == {(7, 2), (3, 1)}
    search = search._replace(cleared=frozenset({(7, 2), (3, 1)}))
    flag_jumps(Ramps(data, before, GAIN, NOISE), search)
    assert not before[7, 2].any()
    assert not before[3, 1].any()


def test_remove_unusable_takes_jumps_from_samples_that_cannot_be_used() -> None:
    flags = np.array([JUMP, JUMP | DO_NOT_USE, JUMP | SATURATED, 0, DO_NOT_USE], np.uint8)
    flags = flags.reshape(1, 5, 1, 1)
    remove_unusable(flags)
    assert flags.ravel().tolist() == [JUMP, DO_NOT_USE, SATURATED, 0, DO_NOT_USE]
