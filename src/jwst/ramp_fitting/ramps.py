"""The ramps of some pixels, split into those that are alike and the others: arrays only."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jwst.ramp_fitting.alike import clean_median_rate, find_alike, fit_clean
from jwst.ramp_fitting.fits import Pixels, SegmentFits, Sums, fit_segments, summed
from jwst.ramp_fitting.samples import Samples, Timing
from jwst.ramp_fitting.segments import Segments, find_segments, jump_sizes
from jwst.ramp_fitting.weights import Weights
from strun.datamodels.dqflags import group
from strun.engine.sorting import count_planes, middle, sorted_planes

_DO_NOT_USE = np.uint8(group["DO_NOT_USE"])
_SATURATED = np.uint8(group["SATURATED"])
_JUMP = np.uint8(group["JUMP_DET"])
_TOLD = np.uint8(group["JUMP_DET"] | group["PERSISTENCE"])
_BAD = np.uint32(group["DO_NOT_USE"] | group["SATURATED"])


class Alike(NamedTuple):
    """Integrations most of whose ramps are one and the same segment, from `start` up to `stop`."""

    integrations: slice
    start: int
    stop: int


class Ramps:
    """
    The ramps of some pixels in all integrations.

    Most ramps have the same flags and are one segment, in the first integration and in the later
    ones: they are fitted without an index for each of them. Ramps are counted through, pixels of
    the first integration first.

    Parameters
    ----------
    samples : Samples
        All of them.
    timing : Timing
        How the detector was read.
    keep_single : bool
        Whether a first group that is the only good one stands for the time of its frames, and the
        zero frame for a ramp without any good group.
    all_alike : bool, optional
        Whether the ramps that are alike may be fitted together.

    Attributes
    ----------
    others : ndarray of int
        Ramps that are not alike.
    pixel : ndarray of int
        (others,), their pixels.
    values : ndarray of float64
        (groups, others), in DN; NaN where saturated.
    flags : ndarray of uint8
        (groups, others).
    jumps : ndarray of float32 or None
        (jumps, others), in DN, unless ramps are fitted together.
    """

    def __init__(
        self,
        samples: Samples,
        timing: Timing,
        *,
        keep_single: bool = False,
        all_alike: bool = True,
    ) -> None:
        self.timing = timing
        nints, ngroups, npixels = samples.data.shape
        self.shape = nints, npixels
        self.images = np.ascontiguousarray(samples.data.transpose(1, 0, 2), np.float64)
        flags = np.ascontiguousarray(samples.groupdq.transpose(1, 0, 2))
        self.alike: list[Alike] = []
        others, has_gain = np.ones(self.shape, bool), samples.gain > 0
        for part in (slice(0, 1), slice(1, nints)) if all_alike else ():
            start, stop, alike = find_alike(self.images[:, part], flags[:, part], has_gain)
            if alike.size and 2 * np.count_nonzero(alike) >= alike.size:
                self.alike.append(Alike(part, start, stop))
                np.logical_not(alike, out=others[part])
        self.others = np.flatnonzero(others)
        self.pixel = self.others % npixels
        self.flags = flags.reshape(ngroups, -1).take(self.others, axis=1)
        self.values = self.images.reshape(ngroups, -1).take(self.others, axis=1)
        saturated = (self.flags & _SATURATED) != 0
        self.values[saturated] = np.nan
        self.nsaturated = count_planes(saturated)
        self.nbad = count_planes((self.flags & np.uint8(_BAD)) != 0)
        self.told = np.bitwise_or.reduce(self.flags, axis=0) & _TOLD
        self.jumps = None if all_alike else jump_sizes(self.values, self.flags)
        self.is_first = self.is_zero = np.zeros(len(self.others), bool)
        if keep_single:
            zero = samples.zeroframe
            self._keep_single(None if zero is None else zero.ravel()[self.others])

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
        """Return the median rates, (integrations, pixels), in DN per second."""
        rate = np.empty(self.shape)
        flat = rate.reshape(-1)
        if len(self.flags) == 1:
            flat[self.others] = self.values[0] / self.timing.single_time
            return rate
        for part, start, stop in self.alike:
            images = self.images[start:stop, part]
            rate[part] = clean_median_rate(images, self.timing.group_time)
        if self.others.size:
            found = median_rate(self.values, self.flags, self.timing.group_time)
            for where, time in self._single_times():
                found[where] = self.values[0, where] / time
            found[np.isnan(found)] = 0
            flat[self.others] = found
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
        """Add to flags of ramps, (ramps,), which of them have no slope, in place."""
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
        Fit all ramps, those that are not alike by their segments from `find`.

        Return sums over the segments of each ramp and whether it has one, both (ramps,), and the
        fits of the segments.
        """
        others = pixels.take(self.pixel)
        time = self.timing.group_time
        fits = fit_segments(self.values, segments, others, time, self.segment_time(), weights)
        some = summed(segments, fits, len(self.others))
        sums = Sums(*np.empty((4, *self.shape)))
        for part, start, stop in self.alike:
            clean = fit_clean(self.images[start:stop, part], start, pixels, time)
            for total, mine in zip(sums, clean, strict=True):
                total[part] = mine
        flat = Sums(*(total.reshape(-1) for total in sums))
        for total, mine in zip(flat, some, strict=True):
            total[self.others] = mine
        fitted = np.ones(flat.slope.size, bool)
        fitted[self.others] = segments.planes > 0
        return flat, fitted, fits


def median_rate(
    data: NDArray[np.float64], groupdq: NDArray[np.uint8], group_time: float
) -> NDArray[np.float64]:
    """
    Return the median of the differences of groups of each ramp of an integration, in DN/s.

    Samples and flags are (groups, pixels), samples in DN and NaN where saturated; two groups or
    more. It is that of the first sample where there is no difference, and 0 where that cannot be
    used either.
    """
    rates = data / group_time
    rates[(groupdq & _DO_NOT_USE) != 0] = np.nan
    steps = rates[1:] - rates[:-1]
    steps[(groupdq[1:] & _JUMP) != 0] = np.nan
    ordered, count = sorted_planes(steps)
    median = np.where(count > 0, middle(ordered, count), rates[0])
    median[np.isnan(median)] = 0
    return median
