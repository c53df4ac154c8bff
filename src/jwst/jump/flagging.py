"""Flags of jumps, their neighbors and the groups after them: arrays only."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jwst.jump import compiled
from jwst.jump.differences import UNUSABLE, differences, medians, sigmas
from jwst.jump.search import Thresholds, search_clipped, search_once, search_repeatedly
from strun.datamodels.dqflags import group

_JUMP = np.uint8(group["JUMP_DET"])
_DO_NOT_USE = np.uint8(group["DO_NOT_USE"])
_JUMP_OR_UNUSED = _JUMP | _DO_NOT_USE

_EVERYTHING = (slice(None), slice(None))

Where = tuple[NDArray[np.intp], ...]


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


class Flagged(NamedTuple):
    """
    How many samples and pixels have which flags.

    Samples with JUMP_DET of each group of an integration, samples without DO_NOT_USE of each group
    of all integrations, and pixels with JUMP_DET in any group.
    """

    jumps: list[int]
    used: list[int]
    pixels: int


def flag_jumps(
    data: NDArray[np.float32],
    groupdq: NDArray[np.uint8],
    gain: NDArray[np.float32],
    readnoise: NDArray[np.float32],
    search: Search,
    core: tuple[slice, slice] = _EVERYTHING,
) -> tuple[int, NDArray[np.intp] | None]:
    """
    Set JUMP_DET in samples that are a jump above the one before, in place.

    Parameters
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
    search : Search
        How to search.
    core : tuple of slice
        Rows and columns that are counted.

    Returns
    -------
    jumps : int
        Samples with JUMP_DET before neighbors and later groups were flagged.
    clipped : ndarray of int or None
        (2, integrations, groups), after sigma clipping: pixels that are neither JUMP_DET nor
        DO_NOT_USE, and pixels that are JUMP_DET alone. Where of the whole frame there is none of
        the first and some of the others, the group is to be cleared.
    """
    if compiled.available and search.method != "clipped":
        jumps, clipped = _flag_compiled(data, groupdq, gain, readnoise, search, core), None
    else:
        jumps, clipped = _flag_by_numpy(data, groupdq, gain, readnoise, search, core)
    if any(groups > 0 for _, groups in search.after):
        _flag_after(data, groupdq, gain, search.after)
    return jumps, clipped


def _flag_compiled(
    data: NDArray[np.float32],
    groupdq: NDArray[np.uint8],
    gain: NDArray[np.float32],
    readnoise: NDArray[np.float32],
    search: Search,
    core: tuple[slice, slice],
) -> int:
    near = compiled.search(
        data,
        groupdq,
        gain,
        readnoise,
        thresholds=search.thresholds,
        repeatedly=search.method == "repeated",
        nframes=search.nframes,
        neighbors=search.neighbors,
    )
    jumps = _count_jumps(groupdq, core)
    groupdq |= near
    return jumps


def _flag_by_numpy(
    data: NDArray[np.float32],
    groupdq: NDArray[np.uint8],
    gain: NDArray[np.float32],
    readnoise: NDArray[np.float32],
    search: Search,
    core: tuple[slice, slice],
) -> tuple[int, NDArray[np.intp] | None]:
    diffs = differences(data, groupdq, gain)
    variance = ((readnoise * gain) ** 2).astype(np.float64).ravel() / search.nframes
    found, pixel = _searched(diffs, variance, len(data), search)
    integration, number = np.divmod(found, data.shape[1] - 1)
    groupdq[integration, number + 1, *np.divmod(pixel, data.shape[-1])] |= _JUMP
    clipped = None
    if search.method == "clipped":
        for one in search.cleared:
            flags = groupdq[one]
            flags[flags == _JUMP] = 0
        clipped = _count_clipped(groupdq[..., core[0], core[1]])
    jumps = _count_jumps(groupdq, core)
    if search.neighbors is not None:
        _flag_neighbors(groupdq, diffs, variance, *search.neighbors)
    return jumps, clipped


def _count_jumps(groupdq: NDArray[np.uint8], core: tuple[slice, slice]) -> int:
    return int(np.count_nonzero(groupdq[..., core[0], core[1]] & _JUMP))


def _searched(
    diffs: NDArray[np.float32], variance: NDArray[np.float64], nints: int, search: Search
) -> Where:
    if search.method == "clipped":
        normal = search.thresholds.normal
        return search_clipped(diffs, nints, normal, by_group=search.by_group)
    if search.method == "once":
        return search_once(diffs, variance, search.thresholds.normal)
    return search_repeatedly(diffs, variance, search.thresholds)


def _count_clipped(groupdq: NDArray[np.uint8]) -> NDArray[np.intp]:
    neither = (groupdq & _JUMP_OR_UNUSED) == 0
    return np.stack([np.count_nonzero(each, axis=(2, 3)) for each in (neither, groupdq == _JUMP)])


def _jumps(groupdq: NDArray[np.uint8]) -> Where:
    """Return integration, group, row and column of the samples with JUMP_DET."""
    # five times faster than numpy.nonzero of four axes
    found = np.flatnonzero((groupdq & _JUMP) != 0)
    return np.unravel_index(found, groupdq.shape)


def _flag_neighbors(
    groupdq: NDArray[np.uint8],
    diffs: NDArray[np.float32],
    variance: NDArray[np.float64],
    least: float,
    most: float,
) -> None:
    where = _jumps(groupdq[:, 1:])
    if not where[0].size:
        return
    integration, number, row, column = where
    ngroups, nrows, ncolumns = groupdq.shape[1:]
    pixel = row * ncolumns + column
    jumped, which = np.unique(pixel, return_inverse=True)
    median = medians(diffs[:, jumped])
    value = diffs[integration * (ngroups - 1) + number, pixel]
    with np.errstate(invalid="ignore"):
        ratio = np.abs(value - median[which]) / sigmas(median, variance[jumped])[which]
        chosen = (ratio < most) & (ratio > least)
    integration, number, row, column = (axis[chosen] for axis in where)
    for down, right in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        y, x = row + down, column + right
        inside = (y >= 0) & (y < nrows) & (x >= 0) & (x < ncolumns)
        near = tuple(axis[inside] for axis in (integration, number + 1, y, x))
        usable = (groupdq[near] & UNUSABLE) == 0
        groupdq[tuple(axis[usable] for axis in near)] |= _JUMP


def _flag_after(
    data: NDArray[np.float32],
    groupdq: NDArray[np.uint8],
    gain: NDArray[np.float32],
    after: tuple[tuple[float, int], ...],
) -> None:
    jumped = (np.bitwise_or.reduce(groupdq[:, 1:], axis=(0, 1)) & _JUMP) != 0
    row, column = np.divmod(np.flatnonzero(jumped), groupdq.shape[-1])
    if not row.size:
        return
    flags = groupdq[:, :, row, column]
    nints, ngroups, npixels = flags.shape
    pixels = data[:, :, row, column][:, :, np.newaxis]
    values = differences(pixels, flags[:, :, np.newaxis], gain[np.newaxis, row, column])
    with np.errstate(invalid="ignore"):
        rise = (values - medians(values)).reshape(nints, ngroups - 1, npixels)
        added = np.zeros(flags.shape, bool)
        for electrons, groups in after:
            large = (rise >= electrons) & ((flags[:, 1:] & _JUMP) != 0)
            for later in range(min(groups, ngroups - 2) + 1):
                added[:, 1 + later :] |= large[:, : ngroups - 1 - later]
    flags[added & ((flags & UNUSABLE) == 0)] |= _JUMP
    groupdq[:, :, row, column] = flags


def remove_unusable(groupdq: NDArray[np.uint8], core: tuple[slice, slice] = _EVERYTHING) -> Flagged:
    """
    Take JUMP_DET away from samples that are DO_NOT_USE or SATURATED, in place, and count the rest.

    Flags are (integrations, groups, rows, columns), `core` the rows and columns that are counted.
    """
    inner = groupdq[..., core[0], core[1]]
    if compiled.available:
        jumps, used = (counts.tolist() for counts in compiled.remove_unusable(groupdq, core))
    else:
        # their bits are 1 and 2: any of them, plus 3, has the bit of JUMP_DET, which is 4
        groupdq ^= groupdq & ((groupdq & UNUSABLE) + UNUSABLE) & _JUMP
        images = inner.reshape(-1, *inner.shape[2:])
        used = [image.size - int(np.count_nonzero(image & _DO_NOT_USE)) for image in images]
        jumps = [int(np.count_nonzero(inner[:, g] & _JUMP)) for g in range(inner.shape[1])]
    struck = np.bitwise_or.reduce(inner, axis=(0, 1)) & _JUMP
    return Flagged(jumps, used, int(np.count_nonzero(struck)))
