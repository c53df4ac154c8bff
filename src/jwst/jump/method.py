"""How jumps are searched, which is decided by how many of the groups of an exposure are used."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from strun.datamodels.dqflags import group

UNUSABLE = np.uint8(group["DO_NOT_USE"] | group["SATURATED"])
"""Flags of samples that no difference is made of."""
NOT_SEARCHED = -99
"""The number of jumps, as jwst has it, of an exposure that is too short to be searched."""

_FEWEST_GROUPS = 3


class Ramps(NamedTuple):
    """
    What is searched for jumps.

    Attributes
    ----------
    data : ndarray of float32
        (integrations, groups, rows, columns), in DN; three groups or more.
    groupdq : ndarray of uint8
        Of the same shape; changed. The outermost rows and columns lack what their neighbors
        beyond would give them.
    gain : ndarray of float32
        (rows, columns), in electrons per DN.
    readnoise : ndarray of float32
        (rows, columns), of a difference of two reads, in DN.
    """

    data: NDArray[np.float32]
    groupdq: NDArray[np.uint8]
    gain: NDArray[np.float32]
    readnoise: NDArray[np.float32]


class Thresholds(NamedTuple):
    """How many sigmas make a jump: with four or more usable differences, with three, with two."""

    normal: float
    three: float
    two: float


class Search(NamedTuple):
    """
    How jumps are searched and what is flagged with them.

    Attributes
    ----------
    thresholds : Thresholds
        In sigmas.
    method : str
        "repeated", "once" or "clipped".
    nframes : int
        Frames averaged in a group.
    neighbors : tuple of float or None
        A jump of more than the first and less than the second number of sigmas is flagged in the
        four neighbors too.
    after : tuple of (float, int)
        Of jumps of at least so many electrons, that many groups after them are flagged.
    by_group : bool
        Whether sigma clipping compares a group with the same one of other integrations only.
    cleared : frozenset of (int, int)
        Integration and group of those that sigma clipping flagged in every pixel that is used:
        their flags are taken back.
    """

    thresholds: Thresholds
    method: str
    nframes: int
    neighbors: tuple[float, float] | None = (10.0, 1000.0)
    after: tuple[tuple[float, int], ...] = ()
    by_group: bool = True
    cleared: frozenset[tuple[int, int]] = frozenset()


class Choice(NamedTuple):
    """
    What decides between the searches.

    `single_pass` differences and more are searched once, `clipped` integrations and more are sigma
    clipped: a group compared with the same one of other integrations. If not `by_group`, groups
    are counted in place of integrations, and compared with all of their pixel.
    """

    single_pass: int
    clipped: int
    by_group: bool


def choose_method(unused: NDArray[np.bool_], choice: Choice) -> str | None:
    """
    Return how to search, as `Search.method`; None for fewer than three groups to search.

    `unused` says (integrations, groups) whether a group is DO_NOT_USE in every pixel.
    """
    nints, ngroups = unused.shape
    if (nints if choice.by_group else int(np.count_nonzero(~unused))) >= choice.clipped:
        return "clipped"
    usable = ngroups - int(np.count_nonzero(unused, axis=1).max())
    if usable < _FEWEST_GROUPS:
        return None
    return "once" if usable - 1 >= choice.single_pass else "repeated"


def header_rates(
    jumps: int, events: int, unused: NDArray[np.bool_], *, group_time: float, pixels: int
) -> tuple[float, float] | None:
    """
    Return the rates of cosmic rays and of larger events for the header; None without a difference.

    Of jumps by pixel and 1,000 seconds, and of events by pixel and 1,000,000 seconds. `unused` says
    (integrations, groups) whether a group is DO_NOT_USE in every pixel; the group time is in
    seconds, `pixels` those of the image.
    """
    groups = unused.size - int(np.count_nonzero(unused)) - len(unused)
    if groups < 1:
        return None
    total = group_time * groups * pixels
    return 1000 * jumps / total, 1e6 * events / total
