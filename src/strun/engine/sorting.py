"""Values of many pixels put in order at once, pixel by pixel: arrays only."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

# measured: sorting the values of each pixel is faster than a network over more planes, or over
# planes of fewer pixels, where calls are what costs
MOST_PLANES = 48
LEAST_PIXELS = 2000

Exchange = tuple[int, int, bool, bool]


@lru_cache(maxsize=64)
def network(count: int, ranks: tuple[int, ...]) -> tuple[Exchange, ...]:
    """
    Return the comparisons that put the values of some ranks in their places.

    Batcher's merge exchange (Knuth, The Art of Computer Programming 3, 5.2.2 M), without the
    comparisons that none of the ranks depends on.

    Parameters
    ----------
    count : int
        How many values there are.
    ranks : tuple of int
        The ranks that are wanted, from 0.

    Returns
    -------
    tuple of (int, int, bool, bool)
        Of each comparison the two places, and whether the lesser and the greater are needed.
    """
    wanted = set(ranks)
    kept = []
    for low, high in reversed(_merge_exchange(count)):
        if low in wanted or high in wanted:
            kept.append((low, high, low in wanted, high in wanted))
            wanted |= {low, high}
    return tuple(reversed(kept))


def _merge_exchange(count: int) -> list[tuple[int, int]]:
    pairs = []
    top = 1 << max(0, (count - 1).bit_length() - 1)
    step = top
    while step and count > 1:
        q, r, distance = top, 0, step
        while True:
            pairs += [(i, i + distance) for i in range(count - distance) if i & step == r]
            if q == step:
                break
            distance, q, r = q - step, q >> 1, step
        step >>= 1
    return pairs


def select(
    planes: NDArray[Any], ranks: Sequence[int], scratch: NDArray[Any] | None = None
) -> list[NDArray[Any]]:
    """
    Return the values of some ranks among the planes of each pixel.

    Parameters
    ----------
    planes : ndarray of float32 or float64
        (values, ...): what is compared; its contents are used up. A NaN among the values of a
        pixel makes its lowest and its highest NaN.
    ranks : sequence of int
        The ranks that are wanted, from 0.
    scratch : ndarray, optional
        Of the shape and dtype of one plane.

    Returns
    -------
    list of ndarray
        One for each rank, of the shape of one plane; views of `planes` or `scratch`.
    """
    if _sorts_each_pixel(planes):
        ordered = np.sort(planes, axis=0)
        # np.sort puts NaN last
        ordered[0][np.isnan(ordered[-1])] = np.nan
        return [ordered[rank] for rank in ranks]
    count, at = len(planes), list(planes)
    spare = np.empty_like(planes[0]) if scratch is None else scratch
    for low, high, lesser, greater in network(count, tuple(sorted(set(ranks)))):
        if lesser and greater:
            np.minimum(at[low], at[high], out=spare)
            np.maximum(at[low], at[high], out=at[high])
            at[low], spare = spare, at[low]
        elif lesser:
            np.minimum(at[low], at[high], out=at[low])
        else:
            np.maximum(at[low], at[high], out=at[high])
    return [at[rank] for rank in ranks]


def _sorts_each_pixel(planes: NDArray[Any]) -> bool:
    return len(planes) > MOST_PLANES or planes[0].size < LEAST_PIXELS


def count_planes(mask: NDArray[np.bool_]) -> NDArray[Any]:
    """
    Return in how many planes (planes, ...) each pixel is true, as the smallest signed integers.

    Four times as fast as numpy.count_nonzero.
    """
    kind = np.min_scalar_type(-1 - len(mask))
    total: NDArray[Any] = np.add.reduce(mask.view(np.int8), axis=0, dtype=kind)
    return total


def sorted_planes(values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """
    Sort the values of each pixel.

    Parameters
    ----------
    values : ndarray of float32 or float64
        (values, pixels).

    Returns
    -------
    ordered : ndarray
        (values, pixels), ascending; infinite in place of NaN, at the end.
    count : ndarray of int
        (pixels,), how many were not NaN.
    """
    bad = np.isnan(values)
    count = len(values) - count_planes(bad).astype(np.intp)
    planes = np.where(bad, values.dtype.type(np.inf), values)
    if _sorts_each_pixel(planes):
        planes.sort(axis=0)
        return planes, count
    return np.stack(select(planes, range(len(planes)))), count


def middle(ordered: NDArray[Any], count: NDArray[np.intp]) -> NDArray[np.float64]:
    """
    Return the median of the first values of each pixel.

    Parameters
    ----------
    ordered : ndarray of float32 or float64
        (values, pixels), ascending.
    count : ndarray of int
        (pixels,), how many values of each pixel are meant.

    Returns
    -------
    ndarray of float64
        (pixels,), half the sum of the two in the middle when their number is even; NaN where
        there are none.
    """
    pixels = np.arange(ordered.shape[1])
    last = len(ordered) - 1
    lower = ordered[np.clip((count - 1) // 2, 0, last), pixels].astype(np.float64)
    upper = ordered[np.clip(count // 2, 0, last), pixels]
    median: NDArray[np.float64] = (lower + upper) / 2
    median[count < 1] = np.nan
    return median
