"""Which search for jumps an exposure gets, by how many of its groups are used."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

NOT_SEARCHED = -99
"""The number of jumps, as jwst has it, of an exposure that is too short to be searched."""

_FEWEST_GROUPS = 3


class Choice(NamedTuple):
    """
    What decides between the searches.

    `single_pass` differences and more are searched once, `clipped` integrations and more are sigma
    clipped; if not `by_group`, which compares a group with the same one of other integrations only,
    so many groups.
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
    Return the rates of cosmic rays and of larger events that the header tells; None without groups.

    Of jumps by pixel and 1,000 seconds, and of events by pixel and 1,000,000 seconds. `unused` says
    (integrations, groups) whether a group is DO_NOT_USE in every pixel; the group time is in
    seconds, `pixels` those of the image.
    """
    groups = unused.size - int(np.count_nonzero(unused)) - len(unused)
    if groups < 1:
        return None
    total = group_time * groups * pixels
    return 1000 * jumps / total, 1e6 * events / total
