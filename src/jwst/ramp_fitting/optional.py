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
    Segments and jumps of an integration; arrays of float32.

    Attributes
    ----------
    slope, sigslope, var_poisson, var_rnoise, yint, sigyint, weights : ndarray
        (segments, pixels): as many as the pixel with most of them has.
    pedestal : ndarray
        (pixels,), the signal at the beginning of the integration, in DN.
    crmag : ndarray
        (jumps, pixels), in DN: as many as the pixel with most of them has.
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
    """
    Return how many planes an integration may need.

    Parameters
    ----------
    name : str
        One of `OptionalPlanes`.
    ngroups : int
        Groups of the integration.

    Returns
    -------
    int or None
        None of the pedestal, which has no such axis.
    """
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
    Return what the optional product tells of each integration.

    Parameters
    ----------
    ramps : Ramps
        Made with `all_alike=False`: all of them are others.
    segments, fits : Segments, SegmentFits
        Of these ramps.
    slope : ndarray of float64
        (ramps,), in DN per second.
    dq : ndarray of uint32
        (ramps,), before those that are saturated in part are flagged.

    Returns
    -------
    list of OptionalPlanes
        Of as many planes as these pixels need.
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
