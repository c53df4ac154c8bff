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

    Attributes
    ----------
    single_pass : int
        Differences from which on they are searched once.
    clipped : int
        Integrations (or groups, see `by_group`) from which on they are sigma clipped.
    by_group : bool
        Whether sigma clipping compares a group with the same one of other integrations only.
    """

    single_pass: int
    clipped: int
    by_group: bool


def choose_method(unused: NDArray[np.bool_], choice: Choice) -> str | None:
    """
    Return how to search.

    Parameters
    ----------
    unused : ndarray of bool
        (integrations, groups), whether it is DO_NOT_USE in every pixel.
    choice : Choice
        What decides.

    Returns
    -------
    str or None
        As `Search.method`; None where there are fewer than three groups to search.
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
    Return the rates of cosmic rays and of larger events that the header tells.

    Parameters
    ----------
    jumps : int
        Samples with JUMP_DET.
    events : int
        Larger events.
    unused : ndarray of bool
        (integrations, groups), whether it is DO_NOT_USE in every pixel.
    group_time : float
        In seconds.
    pixels : int
        Of the image.

    Returns
    -------
    tuple of float or None
        Jumps by pixel and 1,000 seconds, events by pixel and 1,000,000 seconds; None without a
        difference.
    """
    groups = unused.size - int(np.count_nonzero(unused)) - len(unused)
    if groups < 1:
        return None
    total = group_time * groups * pixels
    return 1000 * jumps / total, 1e6 * events / total
