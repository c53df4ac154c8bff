"""How many groups are flagged, against a plain version."""

from __future__ import annotations

import numpy as np
import pytest

from jwst.rscd.groups import Groups, flag_groups, groups_to_flag
from strun.datamodels.dqflags import group

BAD, FULL = group["DO_NOT_USE"], group["SATURATED"]


@pytest.mark.parametrize(
    ("wanted", "ngroups", "nints", "expected"),
    [
        (Groups(3, 4), 10, 2, Groups(3, 4)),
        (Groups(-1, 4), 10, 2, Groups(1, 4)),
        (Groups(3, 4), 6, 2, Groups(3, 3)),
        (Groups(3, 4), 6, 1, Groups(3, 4)),
        (Groups(3, 4), 5, 2, Groups(1, 1)),
        (Groups(3, 4), 3, 2, Groups(0, 0)),
    ],
)
def test_short_ramps_lose_fewer_groups(
    wanted: Groups, ngroups: int, nints: int, expected: Groups
) -> None:
    assert groups_to_flag(wanted, ngroups=ngroups, nints=nints) == expected


def _plain(flags: list[int], count: int) -> int:
    """Return the groups that one pixel loses."""
    if flags[0] & FULL:
        return count
    level = count + 2
    while level > 1 and flags[level - 1] & FULL:
        count, level = max(0, count - 1), level - 1
    return count


@pytest.mark.parametrize("count", [0, 1, 3, 4])
def test_bright_pixels_lose_fewer_groups(rng: np.random.Generator, count: int) -> None:
    first = rng.integers(0, 9, (6, 7))
    groupdq = np.where(np.arange(8)[:, None, None] >= first, FULL, 0).astype(np.uint8)
    expected = groupdq.copy()
    for place in np.ndindex(6, 7):
        lost = _plain([int(each) for each in groupdq[(slice(None), *place)]], count)
        expected[(slice(lost), *place)] |= BAD
    left, bright = flag_groups(groupdq, count)
    np.testing.assert_array_equal(groupdq, expected)
    np.testing.assert_array_equal(left, np.count_nonzero(groupdq & BAD, axis=0))
    assert bright == [int(((first <= n) & (first > 0)).sum()) for n in range(count + 1, 0, -1)]
