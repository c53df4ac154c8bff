"""Weights of the samples of a segment, by its signal to noise: arrays only."""

from __future__ import annotations

import ctypes
from functools import lru_cache

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
    """Weights for segments of many lengths, looked up at once."""

    def __init__(self) -> None:
        self._starts = np.zeros(0, np.intp)
        self._values = np.zeros(1)

    def starts(self, classes: NDArray[np.intp], lengths: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return where in `values` the weights of each segment begin."""
        most = int(lengths.max(initial=0))
        if most >= len(self._starts):
            more = np.zeros(most + 1 - len(self._starts), np.intp)
            self._starts = np.concatenate([self._starts, more])
        for length in np.flatnonzero(np.bincount(lengths, minlength=most + 1)[: most + 1]):
            if not self._starts[length]:
                self._starts[length] = len(self._values)
                new = weights_of_length(int(length)).ravel()
                self._values = np.concatenate([self._values, new])
        found: NDArray[np.intp] = self._starts[lengths] + classes * lengths
        return found

    @property
    def values(self) -> NDArray[np.float64]:
        """Weights of all lengths met so far."""
        return self._values


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
