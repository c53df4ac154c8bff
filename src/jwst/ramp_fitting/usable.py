"""Groups and ramps that are left out of a fit: arrays only."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jwst.ramp_fitting.segments import NOT_PERSISTENCE
from strun.datamodels.dqflags import group

_DO_NOT_USE = np.uint8(group["DO_NOT_USE"])
_LOST = np.uint8(group["CHARGELOSS"])


def leave_out_groups(
    groupdq: NDArray[np.uint8], first: int | None, last: int | None
) -> NDArray[np.uint8]:
    """
    Return flags with DO_NOT_USE in the groups before and after some, in place.

    Parameters
    ----------
    groupdq : ndarray of uint8
        (integrations, groups, ...); changed.
    first, last : int or None
        The first and the last group to use, from 0. Where the first is not before the last one,
        all are used.
    """
    ngroups = groupdq.shape[1]
    first = max(0, first or 0)
    last = ngroups - 1 if last is None else last
    if first < last:
        groupdq[:, :first] |= _DO_NOT_USE
        if last < ngroups - 1:
            groupdq[:, last + 1 :] |= _DO_NOT_USE
    return groupdq


def suppress_single(groupdq: NDArray[np.uint8]) -> None:
    """
    Set DO_NOT_USE in all samples of ramps that have one good sample, in place.

    Parameters
    ----------
    groupdq : ndarray of uint8
        (integrations, groups, pixels).
    """
    for flags in groupdq:
        good = np.zeros(flags.shape[1:], np.min_scalar_type(len(flags)))
        for one in flags:
            good += (one & NOT_PERSISTENCE) == 0
        flags[:, good == 1] |= _DO_NOT_USE


class Selection(NamedTuple):
    """
    Which samples take part in a fit.

    Attributes
    ----------
    first, last : int or None
        The first and the last group, from 0.
    suppress_single : bool
        Whether ramps with one good sample are left out.
    drops_unused : bool
        Whether leading groups, and the last, that no pixel uses are taken off the ramps (MIRI).
    """

    first: int | None = None
    last: int | None = None
    suppress_single: bool = True
    drops_unused: bool = False

    def apply(self, groupdq: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
        """
        Flag samples that do not take part, in place.

        Parameters
        ----------
        groupdq : ndarray of uint8
            (integrations, groups, pixels).

        Returns
        -------
        ndarray of uint8 or None
            The flags before ramps of one good sample were left out, if there is CHARGELOSS.
        """
        leave_out_groups(groupdq, self.first, self.last)
        original = groupdq.copy() if (groupdq & _LOST).any() else None
        if self.suppress_single:
            suppress_single(groupdq)
        return original


class Cut(NamedTuple):
    """
    Groups that take part in a fit.

    Attributes
    ----------
    first, stop : int
        The first one, and the one after the last, from 0.
    """

    first: int
    stop: int


def cut_groups(unused: NDArray[np.bool_]) -> Cut | None:
    """
    Return what is left of the ramps of MIRI without groups that no pixel uses.

    Parameters
    ----------
    unused : ndarray of bool
        (groups,), whether it is DO_NOT_USE in every pixel of every integration.

    Returns
    -------
    Cut or None
        None where fewer than two groups are left.
    """
    used = np.flatnonzero(~unused)
    if not used.size:
        return None
    stop = len(unused) - int(unused[-1])
    first = int(used[0])
    return Cut(first, stop) if stop - first >= 2 else None
