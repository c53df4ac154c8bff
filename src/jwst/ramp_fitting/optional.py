"""What the optional product of ramp fitting tells of segments: arrays only."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from strun.datamodels.dqflags import group

if TYPE_CHECKING:
    from jwst.ramp_fitting.fits import SegmentFits
    from jwst.ramp_fitting.ramps import Ramps
    from jwst.ramp_fitting.segments import Segments

_SATURATED = np.uint32(group["SATURATED"])


class OptionalPlanes(NamedTuple):
    """
    Segments and jumps of an integration.

    Arrays are (segments, pixels), as many as the pixel with most of them has; but the pedestal, the
    signal at the beginning of the integration in DN, is (pixels,), and the magnitudes of jumps in
    DN are (jumps, pixels).
    """

    slope: NDArray[np.float32]
    sigslope: NDArray[np.float32]
    var_poisson: NDArray[np.float32]
    var_rnoise: NDArray[np.float32]
    yint: NDArray[np.float32]
    sigyint: NDArray[np.float32]
    pedestal: NDArray[np.float32]
    weights: NDArray[np.float32]
    crmag: NDArray[np.float32]


def room_for(name: str, ngroups: int) -> int | None:
    """Return how many planes of an array an integration may need; None of the pedestal."""
    if name == "pedestal":
        return None
    # one good sample in two makes the most segments
    return ngroups - 1 if name == "crmag" else (ngroups + 1) // 2


def optional_of(
    ramps: Ramps,
    segments: Segments,
    fits: SegmentFits,
    slope: NDArray[np.float64],
    dq: NDArray[np.uint32],
) -> list[OptionalPlanes]:
    """
    Return what the optional product tells of each integration, of as many planes as are needed.

    The ramps are made with `all_alike=False`; slopes are in DN per second, flags those before ramps
    that are saturated in part are flagged, both (ramps,).
    """
    planes = int(segments.planes.max(initial=0))
    told: list[NDArray[np.float32]] = []
    for values in (
        fits.slope,
        fits.sigslope,
        fits.var_poisson,
        fits.var_rnoise,
        fits.yint,
        fits.sigyint,
        1.0 / fits.var_rnoise,
    ):
        image = np.zeros((planes, len(dq)), np.float32)
        image[segments.number, segments.pixel] = values
        told.append(image)
    jumps = np.zeros((0, len(dq)), np.float32) if ramps.jumps is None else ramps.jumps
    arrays = [*told[:-1], _pedestal(ramps, slope, dq), told[-1], jumps]
    images = [each.reshape(*each.shape[:-1], *ramps.shape) for each in arrays]
    return [
        OptionalPlanes._make(each[..., number, :] for each in images)
        for number in range(ramps.shape[0])
    ]


def _pedestal(
    ramps: Ramps, slope: NDArray[np.float64], dq: NDArray[np.uint32]
) -> NDArray[np.float32]:
    timing = ramps.timing
    frames = (timing.nframes + 1) / 2.0 + timing.dropped
    pedestal = ramps.values[0] - slope * (frames / (timing.nframes + timing.groupgap))
    pedestal[(dq & _SATURATED) != 0] = 0
    pedestal[np.isnan(pedestal)] = 0
    as_single: NDArray[np.float32] = pedestal.astype(np.float32)
    return as_single
