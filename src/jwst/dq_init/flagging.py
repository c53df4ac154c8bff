"""Flags of a mask put into an exposure's flags: arrays only."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from strun.datamodels.dqflags import pixel

_DO_NOT_USE = pixel["DO_NOT_USE"]
_BITS = 32
# values counted in one go: they stay in the cache of a core
_CHUNK = 1 << 16


def flag_pixels(
    dq: NDArray[np.uint32], mask: NDArray[np.uint32], *, core: tuple[slice, slice] | None = None
) -> dict[str, Any]:
    """
    Add the flags of a mask to an exposure's flags, in place.

    Parameters
    ----------
    dq : ndarray of uint32
        (rows, columns), or (superstripes, rows, columns): PIXELDQ, or DQ of a guider. Changed.
    mask : ndarray of uint32
        Standard flags, of the same shape.
    core : tuple of slice, optional
        Rows and columns that are counted; all when None.

    Returns
    -------
    dict
        ``pixels``: all; ``pixels_flagged``: with any flag now; ``flags`` and ``flags_new``:
        pixels that have each of the 32 flags now, and that did not have it before.

    Raises
    ------
    ValueError
        When the shapes differ: a mask is never stretched.
    """
    _same_shape(dq, mask)
    counted = dq if core is None else dq[..., core[0], core[1]]
    before, _ = count_flags(counted)
    np.bitwise_or(dq, mask, out=dq)
    after, flagged = count_flags(counted)
    return {
        "pixels": counted.size,
        "pixels_flagged": flagged,
        "flags": after,
        "flags_new": [now - then for now, then in zip(after, before, strict=True)],
    }


def do_not_use(mask: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """Return DO_NOT_USE where a mask of standard flags says so, else 0, as flags of groups."""
    return np.bitwise_and(mask, np.uint32(_DO_NOT_USE)).astype(np.uint8)


def flag_groups(groupdq: NDArray[np.uint8], flags: NDArray[np.uint8]) -> None:
    """
    Add the same flags to every group, in place.

    Parameters
    ----------
    groupdq : ndarray of uint8
        (groups, rows, columns), any number of groups of any integrations. Changed.
    flags : ndarray of uint8
        (rows, columns), from `do_not_use`.

    Raises
    ------
    ValueError
        When the shapes differ.
    """
    _same_shape(groupdq[0] if len(groupdq) else flags, flags)
    np.bitwise_or(groupdq, flags, out=groupdq)


def flag_superstripes(
    groupdq: NDArray[np.uint8], flags: NDArray[np.uint8], *, first: int, ngroups: int
) -> None:
    """
    Add to every group the flags of its superstripe, in place.

    Integration i is superstripe ``i % len(flags)``.

    Parameters
    ----------
    groupdq : ndarray of uint8
        (groups, rows, columns), groups of integrations in order. Changed.
    flags : ndarray of uint8
        (superstripes, rows, columns), from `do_not_use`.
    first : int
        Number of the first group, counted through all integrations from 0.
    ngroups : int
        Groups of an integration.

    Raises
    ------
    ValueError
        When the shapes differ.
    """
    for number, group in enumerate(groupdq, first):
        stripe = flags[number // ngroups % len(flags)]
        _same_shape(group, stripe)
        np.bitwise_or(group, stripe, out=group)


def count_flags(dq: NDArray[np.uint32]) -> tuple[list[int], int]:
    """
    Count pixels by flag.

    Parameters
    ----------
    dq : ndarray of uint32
        Flags, of any shape.

    Returns
    -------
    counts : list of int
        Pixels that have each of the 32 flags, lowest bit first.
    flagged : int
        Pixels that have any.
    """
    counts = [0] * _BITS
    flagged = 0
    flat = np.ascontiguousarray(dq).reshape(-1)
    for first in range(0, flat.size, _CHUNK):
        values = _any_set(flat[first : first + _CHUNK])
        if not values.size:
            continue
        flagged += int(np.count_nonzero(values))
        present = int(np.bitwise_or.reduce(values))
        for bit in range(_BITS):
            if present >> bit & 1:
                counts[bit] += int(np.count_nonzero(values & np.uint32(1 << bit)))
    return counts, flagged


def _any_set(values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the values that are not 0, and perhaps some that are."""
    found = values
    if not values.max():
        # exposures come without flags
        found = values[:0]
    elif values.size % 2 == 0:
        # most pixels of masks are good: to look at two at once is twice as fast
        pairs = values.view(np.uint64)
        found = pairs[pairs != 0].view(np.uint32)
    return found


def _same_shape(values: NDArray[Any], flags: NDArray[Any]) -> None:
    if values.shape != flags.shape:
        raise ValueError(
            f"flags have shape {flags.shape}, the exposure's have {values.shape}; cut the mask to "
            "the exposure first"
        )
