from __future__ import annotations

import numpy as np
import pytest

from jwst.ramp_fitting.samples import cut_groups, leave_out_groups, suppress_single
from strun.datamodels.dqflags import group

DO_NOT_USE = group["DO_NOT_USE"]


@pytest.mark.parametrize(
    ("first", "last", "left_out"),
    [
        (None, None, []),
        (2, None, [0, 1]),
        (None, 3, [4, 5]),
        (1, 4, [0, 5]),
        (-2, 9, []),
        (4, 3, []),
        (3, 3, []),
    ],
)
def test_leave_out_groups_flags_those_before_and_after(
    first: int | None, last: int | None, left_out: list[int]
) -> None:
    flags = leave_out_groups(np.zeros((2, 6, 3), np.uint8), first, last)
    assert np.flatnonzero(flags[1, :, 2]).tolist() == left_out


def test_suppress_single_takes_out_ramps_with_one_good_sample() -> None:
    flags = np.full((1, 4, 3), group["SATURATED"], np.uint8)
    flags[0, :1, 0] = group["PERSISTENCE"]
    flags[0, :2, 1] = 0
    suppress_single(flags)
    assert (flags & DO_NOT_USE).any(axis=1).tolist() == [[True, False, False]]


@pytest.mark.parametrize(
    ("unused", "expected"),
    [
        ([0, 0, 0], (0, 3)),
        ([1, 1, 0, 0, 1], (2, 4)),
        ([0, 1, 0, 1, 1], (0, 4)),
        ([1, 0, 1], None),
        ([1, 1], None),
    ],
)
def test_cut_groups_drops_leading_groups_and_the_last(
    unused: list[int], expected: tuple[int, int] | None
) -> None:
    assert cut_groups(np.array(unused, bool)) == expected
