"""Weights of the samples of a segment, by its signal to noise: arrays only."""

from __future__ import annotations

import ctypes
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

_LIMITS = (5.0, 10.0, 20.0, 50.0, 100.0)
_POWERS = (0.0, 0.4, 1.0, 3.0, 6.0, 10.0)


@lru_cache(maxsize=1)
def _powf() -> ctypes._NamedFuncPointer:
    # numpy has a power of its own for arrays of float32, whose last bit depends on the processor
    function = ctypes.CDLL(None).powf
    function.restype, function.argtypes = ctypes.c_float, [ctypes.c_float] * 2
    return function


@lru_cache(maxsize=256)
def weights_of_length(length: int) -> NDArray[np.float64]:
    """
    Return the weights of the samples of a segment, but for the read noise.

    |(j - m) / m| ** p of the j-th sample, with m in the middle, in single precision (Fixsen et
    al. 2000, PASP 112, 1350).

    Parameters
    ----------
    length : int
        Samples of the segment, three or more.

    Returns
    -------
    ndarray of float64
        (classes, length), for each class of `noise_classes`.
    """
    power = _powf()
    middle = (length - 1) / 2
    places = [abs((j - middle) * (1 / middle)) for j in range(length)]
    return np.array([[power(place, p) for place in places] for p in _POWERS])


class Weights:
    """
    Weights for segments of many lengths, looked up at once.

    `values` are the weights of all lengths met so far; `places` says where in these those of a
    length begin, class by class, and 0 for lengths that were not met.
    """

    def __init__(self) -> None:
        self.places = np.zeros(0, np.int64)
        self.values = np.zeros(1)

    def make_room(self, longest: int) -> None:
        """Have places for all lengths up to some."""
        more = np.zeros(max(0, longest + 1 - len(self.places)), np.int64)
        self.places = np.concatenate([self.places, more])

    def add(self, wanted: NDArray[Any]) -> None:
        """Add the weights of all lengths, (lengths,), whose value is not 0."""
        for length in np.flatnonzero(wanted):
            if not self.places[length]:
                self.places[length] = len(self.values)
                new = weights_of_length(int(length)).ravel()
                self.values = np.concatenate([self.values, new])

    def starts(self, classes: NDArray[np.intp], lengths: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return where in `values` the weights of each segment begin."""
        self.make_room(int(lengths.max(initial=0)))
        self.add(np.bincount(lengths))
        found: NDArray[np.intp] = self.places[lengths] + classes * lengths
        return found


def noise_classes(
    rise: NDArray[np.float64], gain: NDArray[np.float64], readnoise: NDArray[np.float64]
) -> NDArray[np.intp]:
    """
    Return the class of each segment's signal to noise.

    Parameters
    ----------
    rise : ndarray of float64
        Last sample minus first one, in DN.
    gain : ndarray of float64
        In electrons per DN.
    readnoise : ndarray of float64
        In electrons.

    Returns
    -------
    ndarray of int
        0 to 5, for a signal to noise below 5, 10, 20, 50, 100, and above; 5 for NaN.
    """
    electrons = rise * gain
    variance = electrons + readnoise * readnoise
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = electrons / np.sqrt(variance)
        ratio[(variance <= 0) | (gain == 0)] = 0
    classes = np.zeros(ratio.shape, np.int8)
    for limit in _LIMITS:
        classes += (ratio >= limit).view(np.int8)
    classes[np.isnan(ratio)] = len(_LIMITS)
    return classes.astype(np.intp)
