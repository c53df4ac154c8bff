"""Linearity of groups that are means of several reads, corrected read by read."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jwst.linearity.coefficients import aligned
from jwst.linearity.polynomial import horner
from strun.datamodels.dqflags import group
from strun.effects.change import Largest

_SATURATED = np.uint8(group["SATURATED"])
# all reads of so many pixels, and their coefficients, stay in the cache of a core
_PIXELS = 8192


class _Workspace:
    """
    Arrays of some pixels, in double precision, used again for the next ones.

    `since` (groups, reads of a group, 1) is the time of each read since the mean of the first
    group's; `reads` and `linear` are the counts of each read, as measured and made linear.
    """

    def __init__(
        self, ngroups: int, nframes: int, *, terms: int, inverse_terms: int, pixels: int
    ) -> None:
        times = np.arange(ngroups * nframes, dtype=np.float64).reshape(ngroups, nframes, 1)
        self.since = times - (nframes - 1) / 2
        self.reads = aligned((nframes, pixels), np.float64)
        self.linear = aligned((nframes, pixels), np.float64)
        self.mean = aligned((pixels,), np.float64)
        self.forward = aligned((terms, pixels), np.float64)
        self.inverse = aligned((inverse_terms, pixels), np.float64)

    def narrow(self, pixels: int) -> None:
        """Use the first pixels only: the last ones are fewer."""
        for name in ("reads", "linear", "mean", "forward", "inverse"):
            setattr(self, name, getattr(self, name)[..., :pixels])


def correct_reads(
    data: NDArray[np.float32],
    groupdq: NDArray[np.uint8],
    coeffs: NDArray[np.float32],
    inverse: NDArray[np.float32],
    *,
    nframes: int,
    largest: Largest | None = None,
) -> int:
    """
    Correct an integration whose groups are means of `nframes` consecutive reads, in place.

    The reads of a group are predicted from the slope of the ramp, made non-linear by the inverse
    polynomial, moved so that their mean is the group, made linear one by one, and averaged.

    Parameters
    ----------
    data : ndarray of float32
        (groups, rows, columns) with two groups or more, in DN; changed in place.
    groupdq : ndarray of uint8
        Of the same shape; saturated samples keep their value.
    coeffs, inverse : ndarray of float32
        (coefficients, rows, columns), made safe.
    nframes : int
        Reads of a group.
    largest : Largest, optional
        Takes in how much the samples change.

    Returns
    -------
    int
        Count of samples left because they are saturated.

    Raises
    ------
    ValueError
        When there is no second group to take a slope from, or when shapes do not fit.
    """
    _check(data, groupdq, coeffs, inverse)
    ngroups = len(data)
    flat = data.reshape(ngroups, -1)
    saturated = (groupdq.reshape(ngroups, -1) & _SATURATED) != 0
    forward = coeffs.reshape(len(coeffs), -1)
    backward = inverse.reshape(len(inverse), -1)
    pixels = flat.shape[1]
    work = _Workspace(
        ngroups,
        nframes,
        terms=len(coeffs),
        inverse_terms=len(inverse),
        pixels=min(pixels, _PIXELS),
    )
    with np.errstate(all="ignore"):
        for first in range(0, pixels, _PIXELS):
            cut = slice(first, min(first + _PIXELS, pixels))
            work.narrow(cut.stop - cut.start)
            np.copyto(work.inverse, backward[:, cut])
            _correct_pixels(flat[:, cut], saturated[:, cut], forward[:, cut], work, largest)
    if not np.shares_memory(flat, data):
        data[...] = flat.reshape(data.shape)
    return int(np.count_nonzero(saturated))


def _check(
    data: NDArray[Any], groupdq: NDArray[Any], coeffs: NDArray[Any], inverse: NDArray[Any]
) -> None:
    if len(data) < 2:
        raise ValueError(f"reads need a slope, so 2 groups or more, not {len(data)}")
    fits = data.shape == groupdq.shape and data.shape[1:] == coeffs.shape[1:] == inverse.shape[1:]
    if not fits or min(len(coeffs), len(inverse)) < 2:
        raise ValueError(
            f"{coeffs.shape} coefficients, {inverse.shape} inverse ones and {groupdq.shape} flags "
            f"for {data.shape} samples"
        )


def _linear(
    counts: NDArray[np.float32], saturated: NDArray[np.bool_], coeffs: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return corrected counts, the counts themselves where they are saturated."""
    corrected = horner(counts, coeffs, np.empty_like(counts))
    np.add(corrected, coeffs[0], corrected)
    return np.where(saturated, counts, corrected)


def _slope(
    data: NDArray[np.float32],
    saturated: NDArray[np.bool_],
    coeffs: NDArray[np.float32],
    nframes: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the first group, made linear, and the counts per read up to the last good group."""
    # the last group that is not saturated may be so in part: the one before it is the last used
    good = np.count_nonzero(~saturated, axis=0) - 1
    last = np.maximum(good, 2) - 1
    pixels = np.arange(data.shape[1])
    first = _linear(data[0], saturated[0], coeffs)
    rise = _linear(data[last, pixels], saturated[last, pixels], coeffs) - first
    return first.astype(np.float64), rise / (last * nframes).astype(np.float64)


def _correct_pixels(
    data: NDArray[np.float32],
    saturated: NDArray[np.bool_],
    coeffs: NDArray[np.float32],
    work: _Workspace,
    largest: Largest | None,
) -> None:
    """Correct (groups, pixels), in the order of operations of stcal's linearity_correction."""
    reads, linear, mean, nframes = work.reads, work.linear, work.mean, len(work.reads)
    np.copyto(work.forward, coeffs)
    first, rate = _slope(data, saturated, coeffs, nframes)
    for counts, full, since in zip(data, saturated, work.since, strict=True):
        np.multiply(rate, since, linear)
        np.add(first, linear, linear)
        np.add(horner(linear, work.inverse, reads), work.inverse[0], reads)
        _mean(reads, mean)
        np.subtract(counts, mean, mean)
        np.add(reads, mean, reads)
        np.add(horner(reads, work.forward, linear), work.forward[0], linear)
        _mean(linear, mean)
        np.copyto(mean, counts, where=full)
        before = None if largest is None else counts.copy()
        np.copyto(counts, mean, casting="same_kind")
        if largest is not None and before is not None:
            largest.see(before, counts)


def _mean(reads: NDArray[np.float64], out: NDArray[np.float64]) -> None:
    """Add reads up one after the other and divide."""
    if len(reads) == 1:
        np.copyto(out, reads[0])
        return
    np.add(reads[0], reads[1], out)
    for read in reads[2:]:
        np.add(out, read, out)
    np.divide(out, len(reads), out)
