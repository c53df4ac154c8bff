"""Selection of samples and the fit of what is left of their ramps: arrays only."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jwst.ramp_fitting.ols import Fit, fit_ramps, scaled_readnoise
from jwst.ramp_fitting.ramps import Timing
from jwst.ramp_fitting.usable import Cut, Selection
from jwst.ramp_fitting.weights import Weights
from strun.datamodels.dqflags import group

_DO_NOT_USE = np.uint8(group["DO_NOT_USE"])
_SATURATED = np.uint8(group["SATURATED"])
_JUMP = np.uint8(group["JUMP_DET"])


class Samples(NamedTuple):
    """
    The samples of some pixels, and what is known of these.

    Attributes
    ----------
    data : ndarray of float32
        (integrations, groups, pixels), in DN.
    groupdq : ndarray of uint8
        (integrations, groups, pixels).
    pixeldq : ndarray of uint32
        (pixels,).
    gain : ndarray of float32
        (pixels,), in electrons per DN.
    readnoise : ndarray of float32
        (pixels,), of a difference of two reads, in DN.
    dark : ndarray of float32
        (pixels,), in electrons per second.
    zeroframe : ndarray of float32 or None
        (integrations, pixels), in DN.
    """

    data: NDArray[np.float32]
    groupdq: NDArray[np.uint8]
    pixeldq: NDArray[np.uint32]
    gain: NDArray[np.float32]
    readnoise: NDArray[np.float32]
    dark: NDArray[np.float32]
    zeroframe: NDArray[np.float32] | None = None

    def take(self, pixels: NDArray[np.intp]) -> Samples:
        """Return those of some pixels."""
        return Samples._make(None if each is None else each[..., pixels] for each in self)


class SelectedFit(NamedTuple):
    """
    The fit of selected samples.

    Attributes
    ----------
    fit : Fit
        Of the pixels.
    used : list of int
        How many samples of each group take part.
    started : int
        How many ramps do not begin with a saturated sample.
    flags : ndarray of uint8
        (pixels,), all flags of the samples of a pixel as they were given.
    """

    fit: Fit
    used: list[int]
    started: int
    flags: NDArray[np.uint8]


def used_by_group(groupdq: NDArray[np.uint8]) -> list[int]:
    """Return how many samples (integrations, groups, pixels) of each group are not DO_NOT_USE."""
    unused = groupdq & _DO_NOT_USE
    # faster than numpy.count_nonzero of two axes
    return [
        unused[:, 0].size - sum(int(np.count_nonzero(each)) for each in unused[:, number])
        for number in range(unused.shape[1])
    ]


def fit_selected(
    samples: Samples,
    selection: Selection,
    cut: Cut,
    timing: Timing,
    weights: Weights,
    *,
    optional: bool = False,
) -> SelectedFit:
    """
    Fit ramps by the samples that take part.

    Parameters
    ----------
    samples : Samples
        They stay as they are.
    selection : Selection
        Which of them take part.
    cut : Cut
        Groups that are left of the ramps.
    timing : Timing
        How the detector was read.
    weights : Weights
        Those that were made before, which grow.
    optional : bool, optional
        Whether the optional product is wanted.

    Returns
    -------
    SelectedFit
        Of all integrations.
    """
    flags = samples.groupdq.copy()
    original = selection.apply(flags)
    used = used_by_group(flags)
    kept = slice(cut.first, cut.stop)
    if cut.first:
        # jumps above a group that was taken off are no jumps
        flags[:, cut.first] &= ~_JUMP
    fit = fit_ramps(
        samples.data[:, kept],
        flags[:, kept],
        samples.pixeldq,
        samples.gain,
        scaled_readnoise(samples.readnoise, samples.gain, timing.nframes),
        samples.dark,
        timing,
        keep_single=not selection.suppress_single,
        zeroframe=samples.zeroframe,
        original=None if original is None else original[:, kept],
        optional=optional,
        weights=weights,
    )
    started = int(np.count_nonzero((flags[:, cut.first] & _SATURATED) == 0))
    return SelectedFit(fit, used, started, np.bitwise_or.reduce(samples.groupdq, axis=(0, 1)))
