"""How many first groups of each ramp are affected, and their flags: arrays and numbers only."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from strun.datamodels.dqflags import group

_DO_NOT_USE = np.uint8(group["DO_NOT_USE"])
_SATURATED = np.uint8(group["SATURATED"])

FEWEST_GROUPS = 3
"""Fewer groups are left alone: the last one is flagged too, and two make a slope."""
# ramps of so many groups lose one of them
_SHORT = 5


class Groups(NamedTuple):
    """Groups to flag at the begin of the first integration, and of later ones."""

    first: int
    later: int


def groups_to_flag(wanted: Groups, *, ngroups: int, nints: int) -> Groups:
    """
    Return how many groups are flagged in an exposure.

    Parameters
    ----------
    wanted : Groups
        What the reference says; a negative number for the first integration is 1.
    ngroups : int
        Groups of an integration.
    nints : int
        Integrations of the exposure, those of other segments included.

    Returns
    -------
    Groups
        So many that three are left where there are as many.
    """
    first, later = (1, 1) if ngroups <= _SHORT else wanted
    most = max(0, ngroups - FEWEST_GROUPS)
    first = 1 if first < 0 else first
    if nints > 1:
        later = min(later, most)
    return Groups(min(first, most), later)


def flag_groups(
    groupdq: NDArray[np.uint8],
    count: int,
    *,
    core: tuple[slice, slice] = (slice(None), slice(None)),
) -> tuple[NDArray[np.int32], list[int]]:
    """
    Set DO_NOT_USE in the first groups of an integration, in place.

    Where a group soon after them is SATURATED, but the first one is not, fewer are flagged: as
    many as leave groups that are not SATURATED.

    Parameters
    ----------
    groupdq : ndarray of uint8
        (groups, rows, columns) of an integration; changed in place.
    count : int
        Groups to flag.
    core : tuple of slice, optional
        Rows and columns whose bright pixels are counted.

    Returns
    -------
    left : ndarray of int32
        (rows, columns), groups that are flagged.
    bright : list of int
        Pixels that are SATURATED in group `count` + 2, in the one before it, ... in the second;
        those with a SATURATED first group are not counted.
    """
    left = np.full(groupdq.shape[1:], max(count, 0), np.int32)
    usable = (groupdq[0] & _SATURATED) == 0
    bright = []
    for flags in groupdq[1 : max(count, -1) + 2][::-1]:
        problem = ((flags & _SATURATED) != 0) & usable
        bright.append(int(np.count_nonzero(problem[core])))
        left -= problem & (left > 0)
    for number in range(max(count, 0)):
        groupdq[number] |= (left > number) * _DO_NOT_USE
    return left, bright
