"""Flags of jumps, their neighbors and the groups after them: arrays only."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jwst.jump import compiled
from jwst.jump.method import UNUSABLE, Ramps, Search
from strun.datamodels.dqflags import group

_JUMP = np.uint8(group["JUMP_DET"])
_DO_NOT_USE = np.uint8(group["DO_NOT_USE"])

_EVERYTHING = (slice(None), slice(None))


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
    ramps: Ramps, search: Search, core: tuple[slice, slice] = _EVERYTHING
) -> tuple[int, NDArray[np.intp] | None]:
    """
    Set JUMP_DET in samples that are a jump above the one before, in place.

    Parameters
    ----------
    ramps : Ramps
        Their flags are changed.
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
        near, clipped = compiled.search_jumps(ramps, search), None
    else:
        from jwst.jump.search import search_jumps

        near, clipped = search_jumps(ramps, search, core)
    groupdq = ramps.groupdq
    jumps = int(np.count_nonzero(groupdq[..., core[0], core[1]] & _JUMP))
    groupdq |= near
    if any(groups > 0 for _, groups in search.after):
        _flag_after(ramps, search.after)
    return jumps, clipped


def _flag_after(ramps: Ramps, after: tuple[tuple[float, int], ...]) -> None:
    from jwst.jump.differences import differences, medians

    data, groupdq, gain, _ = ramps
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
