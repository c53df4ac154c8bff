"""How the groups of an exposure are made of the groups of a dark: numbers and arrays only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Readout(NamedTuple):
    """
    How a ramp was read out.

    Attributes
    ----------
    ngroups : int
        Groups of an integration.
    nframes : int
        Frames averaged in a group.
    groupgap : int
        Frames left out between groups.
    """

    ngroups: int
    nframes: int
    groupgap: int

    @property
    def frames(self) -> int:
        """Frames from the begin of the first group to the end of the last one."""
        return self.ngroups * self.nframes + (self.ngroups - 1) * self.groupgap

    def alike(self, other: Readout) -> bool:
        """Return whether the groups of both hold the same frames."""
        return self[1:] == other[1:]


def missing_groups(science: Readout, dark: Readout) -> int:
    """Return the groups that a dark lacks to be as long as an exposure."""
    missing = science.frames - dark.frames
    if missing <= 0:
        return 0
    return -(-(missing + dark.groupgap) // (dark.nframes + dark.groupgap))


def extrapolated(
    before: NDArray[np.float32], last: NDArray[np.float32], number: int
) -> NDArray[np.float64]:
    """
    Return a group behind the last one of a dark, from the difference of its last two.

    Parameters
    ----------
    before, last : ndarray of float32
        (rows, columns), the last two groups, in DN.
    number : int
        Groups behind the last one.

    Returns
    -------
    ndarray of float64
        (rows, columns), in DN. NaN stays.
    """
    result: NDArray[np.float64] = np.float64(number) * (last - before) + last
    return result


def without_nan(values: NDArray[Any]) -> NDArray[Any]:
    """Return an array with 0 in the place of NaN."""
    bad = np.isnan(values)
    return np.where(bad, values.dtype.type(0), values) if bad.any() else values


def taken(
    read: Callable[[int], NDArray[Any]], group: int, readout: Readout, *, available: int
) -> NDArray[np.float32]:
    """
    Return the mean of the frames that a group of an exposure is made of.

    Parameters
    ----------
    read : callable
        Returns the frame (rows, columns) of a number, in DN; each is asked for once, in order.
    group : int
        The group.
    readout : Readout
        That of the exposure.
    available : int
        Frames that there are.

    Returns
    -------
    ndarray of float32
        (rows, columns), in DN; added up in the precision of the frames.
    """
    first = group * (readout.nframes + readout.groupgap)
    total = np.array(read(first))
    last = min(first + readout.nframes, available)
    for number in range(first + 1, last):
        total += read(number)
    if readout.nframes > 1:
        total /= total.dtype.type(last - first)
    return total.astype(np.float32, copy=False)
