"""The ramps of one integration, split into those that are alike and the others: arrays only."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jwst.ramp_fitting.fits import Pixels, SegmentFits, Sums, fit_clean, fit_segments, summed
from jwst.ramp_fitting.median_rates import clean_median_rate, median_rate
from jwst.ramp_fitting.optional import jump_sizes
from jwst.ramp_fitting.segments import Segments, find_segments
from jwst.ramp_fitting.weights import Weights
from strun.datamodels.dqflags import group

__all__ = ["Ramps", "Timing"]

_DO_NOT_USE = np.uint8(group["DO_NOT_USE"])
_SATURATED = np.uint8(group["SATURATED"])
_TOLD = np.uint8(group["JUMP_DET"] | group["PERSISTENCE"])
_BAD = np.uint32(group["DO_NOT_USE"] | group["SATURATED"])


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


class Ramps:
    """
    The ramps of one integration.

    Most ramps of a tile have the same flags, and are one segment: they are fitted without an
    index for each of them.

    Parameters
    ----------
    data : ndarray of float32
        (groups, pixels), in DN.
    groupdq : ndarray of uint8
        (groups, pixels).
    has_gain : ndarray of bool
        (pixels,), those with a gain above 0.
    timing : Timing
        How the detector was read.
    keep_single : bool
        Whether a first group that is the only good one stands for the time of its frames.
    zeroframe : ndarray of float32, optional
        (pixels,), in DN: what takes the place of a ramp without any good group when single ones
        are kept.
    all_alike : bool, optional
        Whether the ramps that are alike may be fitted together.

    Attributes
    ----------
    others : ndarray of int
        Pixels that are not alike.
    values : ndarray of float64
        (groups, others), in DN; NaN where saturated.
    flags : ndarray of uint8
        (groups, others).
    jumps : ndarray of float32 or None
        (jumps, others), in DN, unless ramps are fitted together.
    """

    def __init__(
        self,
        data: NDArray[np.float32],
        groupdq: NDArray[np.uint8],
        has_gain: NDArray[np.bool_],
        timing: Timing,
        *,
        keep_single: bool = False,
        zeroframe: NDArray[np.float32] | None = None,
        all_alike: bool = True,
    ) -> None:
        self.timing = timing
        self.npixels = data.shape[1]
        self.start, self.stop, alike = _alike(data, groupdq, has_gain)
        if not all_alike or 2 * np.count_nonzero(alike) < alike.size:
            alike = np.zeros_like(alike)
        self.others = np.flatnonzero(~alike)
        self.has_alike = len(self.others) < self.npixels
        self.data = data[self.start : self.stop]
        self.flags = groupdq[:, self.others]
        self.values = data[:, self.others].astype(np.float64)
        saturated = (self.flags & _SATURATED) != 0
        self.values[saturated] = np.nan
        self.nsaturated = np.count_nonzero(saturated, axis=0)
        self.nbad = np.count_nonzero(self.flags & np.uint8(_BAD), axis=0)
        self.told = np.bitwise_or.reduce(self.flags, axis=0) & _TOLD
        self.jumps = None if all_alike else jump_sizes(self.values, self.flags)
        self.is_first = self.is_zero = np.zeros(len(self.others), bool)
        if keep_single:
            self._keep_single(None if zeroframe is None else zeroframe[self.others])

    def _keep_single(self, zeroframe: NDArray[np.float32] | None) -> None:
        good = np.count_nonzero(self.flags == 0, axis=0)
        self.is_first = (good == 1) & (self.flags[0] == 0)
        if zeroframe is None:
            return
        self.is_zero = zero = (good == 0) & (zeroframe != 0)
        self.values[0, zero] = zeroframe[zero]
        self.flags[0, zero] = 0
        self.nbad[zero] -= 1
        self.nsaturated[zero & (self.nsaturated == len(self.flags))] -= 1

    def median_rate(self) -> NDArray[np.float64]:
        """Return the median rate, (pixels,), in DN per second."""
        if len(self.flags) == 1:
            rate = np.empty(self.npixels)
            rate[self.others] = self.values[0] / self.timing.single_time
            return rate
        if self.has_alike:
            rate = clean_median_rate(self.data, self.timing.group_time)
        else:
            rate = np.empty(self.npixels)
        if self.others.size:
            found = median_rate(self.values, self.flags, self.timing.group_time)
            for where, time in self._single_times():
                found[where] = self.values[0, where] / time
            found[np.isnan(found)] = 0
            rate[self.others] = found
        return rate

    def _single_times(self) -> list[tuple[NDArray[np.bool_], float]]:
        return [(self.is_first, self.timing.single_time), (self.is_zero, self.timing.frame_time)]

    def segment_time(self) -> NDArray[np.float64]:
        """Return the time of a segment of one sample, (others,), in seconds."""
        times = np.full(len(self.others), self.timing.group_time)
        for where, time in self._single_times():
            times[where] = time
        return times

    def find(self) -> Segments:
        """Return the segments of the others; none where the first group is saturated."""
        return find_segments(self.flags, self.starts_saturated)

    @property
    def starts_saturated(self) -> NDArray[np.bool_]:
        """(others,), whether the first group is saturated."""
        found: NDArray[np.bool_] = (self.flags[0] & _SATURATED) != 0
        return found

    def add_flags(self, dq: NDArray[np.uint32]) -> None:
        """Add to flags of pixels, (pixels,), which of them have no slope, in place."""
        mine = dq[self.others] | self.told
        mine[self.starts_saturated] |= _BAD
        unusable = self.nbad == len(self.flags)
        mine[unusable] |= np.uint32(_DO_NOT_USE)
        mine[unusable & (self.nsaturated == len(self.flags))] |= np.uint32(_SATURATED)
        dq[self.others] = mine

    def fit(
        self, pixels: Pixels, segments: Segments, weights: Weights
    ) -> tuple[Sums, NDArray[np.bool_], SegmentFits]:
        """
        Fit all ramps.

        Parameters
        ----------
        pixels : Pixels
            What is known of the pixels.
        segments : Segments
            From `find`.
        weights : Weights
            A cache.

        Returns
        -------
        sums : Sums
            Over the segments of each pixel.
        fitted : ndarray of bool
            (pixels,), whether it has a segment.
        fits : SegmentFits
            Of `segments`.
        """
        others = pixels.take(self.others)
        time = self.timing.group_time
        fits = fit_segments(self.values, segments, others, time, self.segment_time(), weights)
        some = summed(segments, fits, len(self.others))
        if self.has_alike:
            sums = fit_clean(self.data, self.start, pixels, time)
        else:
            sums = Sums(*np.empty((4, self.npixels)))
        for total, mine in zip(sums, some, strict=True):
            total[self.others] = mine
        fitted = np.ones(self.npixels, bool)
        fitted[self.others] = segments.planes > 0
        return sums, fitted, fits


def _alike(
    data: NDArray[np.float32], groupdq: NDArray[np.uint8], has_gain: NDArray[np.bool_]
) -> tuple[int, int, NDArray[np.bool_]]:
    """Return the first and last group of the commonest segment, and which pixels have it."""
    # of 31 pixels: that which most of them are like
    some = groupdq[:, :: max(1, groupdq.shape[1] // 31)]
    equal = (some[:, :, None] == some[:, None, :]).all(axis=0)
    flags = some[:, int(np.argmax(np.count_nonzero(equal, axis=0)))]
    good = np.flatnonzero(flags == 0)
    length = len(good)
    alike = np.zeros(groupdq.shape[1], bool)
    if length < 3 or good[-1] - good[0] + 1 != length or (flags | _DO_NOT_USE).max() > _DO_NOT_USE:
        return 0, len(data), alike
    start, stop = int(good[0]), int(good[-1]) + 1
    np.logical_not(np.bitwise_or.reduce(groupdq ^ flags[:, None], axis=0), out=alike)
    alike &= has_gain
    # NaN and infinities show in the sum
    alike &= np.isfinite(np.add.reduce(data[start:stop], axis=0))
    return start, stop, alike
