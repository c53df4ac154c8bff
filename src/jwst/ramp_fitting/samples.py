"""Samples of ramps, which of them take part in a fit, and the rates that it gives: arrays only."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jwst.ramp_fitting.optional import OptionalPlanes
from strun.datamodels.dqflags import group

_DO_NOT_USE = np.uint8(group["DO_NOT_USE"])
_LOST = np.uint8(group["CHARGELOSS"])
NOT_PERSISTENCE = np.uint8(255 - group["PERSISTENCE"])
"""Flags that make a sample unusable for a fit."""


class Timing(NamedTuple):
    """
    How the detector was read.

    Attributes
    ----------
    group_time, frame_time : float
        In seconds, rounded to single precision.
    nframes, groupgap, dropped : int
        Frames averaged in a group, dropped between groups, and dropped before the first one.
    """

    group_time: float
    frame_time: float
    nframes: int
    groupgap: int = 0
    dropped: int = 0

    @property
    def single_time(self) -> float:
        """Mean time of the frames of a first group, in seconds."""
        return (self.nframes + 1.0) * self.frame_time / 2.0


class Samples(NamedTuple):
    """
    The samples of some pixels, and what is known of these.

    Attributes
    ----------
    data : ndarray of float32
        (integrations, groups, pixels), in DN.
    groupdq : ndarray of uint8
        (integrations, groups, pixels).
    pixeldq : ndarray of uint32
        (pixels,).
    gain : ndarray of float32
        (pixels,), in electrons per DN.
    readnoise : ndarray of float32
        (pixels,), of a difference of two reads, in DN.
    dark : ndarray of float32
        (pixels,), in electrons per second.
    zeroframe : ndarray of float32 or None
        (integrations, pixels), in DN, for ramps without a good group when single ones are kept.
    """

    data: NDArray[np.float32]
    groupdq: NDArray[np.uint8]
    pixeldq: NDArray[np.uint32]
    gain: NDArray[np.float32]
    readnoise: NDArray[np.float32]
    dark: NDArray[np.float32]
    zeroframe: NDArray[np.float32] | None = None

    def take(self, pixels: NDArray[np.intp] | slice) -> Samples:
        """Return those of some pixels."""
        return Samples._make(None if each is None else each[..., pixels] for each in self)


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
        Flag samples (integrations, groups, pixels) that do not take part, in place.

        Return the flags before ramps of one good sample were left out, if there is CHARGELOSS.
        """
        leave_out_groups(groupdq, self.first, self.last)
        original = groupdq.copy() if (groupdq & _LOST).any() else None
        if self.suppress_single:
            suppress_single(groupdq)
        return original


def leave_out_groups(
    groupdq: NDArray[np.uint8], first: int | None, last: int | None
) -> NDArray[np.uint8]:
    """
    Return flags with DO_NOT_USE in the groups before and after some, in place.

    Flags are (integrations, groups, ...), the groups the first and the last to use, from 0. Where
    the first is not before the last one, all are used.
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
    """Set DO_NOT_USE in all samples of ramps that have one good sample, in place."""
    for flags in groupdq:
        good = np.zeros(flags.shape[1:], np.min_scalar_type(len(flags)))
        for one in flags:
            good += (one & NOT_PERSISTENCE) == 0
        flags[:, good == 1] |= _DO_NOT_USE


def used_by_group(groupdq: NDArray[np.uint8]) -> list[int]:
    """Return how many samples (integrations, groups, pixels) of each group are not DO_NOT_USE."""
    unused = groupdq & _DO_NOT_USE
    # faster than numpy.count_nonzero of two axes
    return [
        unused[:, 0].size - sum(int(np.count_nonzero(each)) for each in unused[:, number])
        for number in range(unused.shape[1])
    ]


class Cut(NamedTuple):
    """The first group that takes part in a fit, and the one after the last, from 0."""

    first: int
    stop: int


def cut_groups(unused: NDArray[np.bool_]) -> Cut | None:
    """
    Return what is left of the ramps of MIRI without groups that no pixel uses.

    `unused` says of each group whether it is DO_NOT_USE in every pixel of every integration; None
    where fewer than two groups are left.
    """
    used = np.flatnonzero(~unused)
    if not used.size:
        return None
    stop = len(unused) - int(unused[-1])
    first = int(used[0])
    return Cut(first, stop) if stop - first >= 2 else None


class Rates(NamedTuple):
    """
    Count rates of an exposure (pixels,) or of its integrations (integrations, pixels).

    In DN per second, NaN where there is none; with flags, variances by photons and by read noise,
    and standard deviations.
    """

    slope: NDArray[np.float32]
    dq: NDArray[np.uint32]
    var_poisson: NDArray[np.float32]
    var_rnoise: NDArray[np.float32]
    err: NDArray[np.float32]


class Fit(NamedTuple):
    """Rates of the exposure and of its integrations, and the optional product of each of these."""

    exposure: Rates
    integrations: Rates
    optional: list[OptionalPlanes]


class SelectedFit(NamedTuple):
    """
    The fit of selected samples.

    With it how many samples of each group take part, how many ramps do not begin with a saturated
    sample, and all flags of the samples of each pixel as they were given.
    """

    fit: Fit
    used: list[int]
    started: int
    flags: NDArray[np.uint8]
