"""Coefficients of linearity polynomials, made safe to be used: arrays only."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from strun.datamodels.dqflags import pixel

_NO_LIN_CORR = np.uint32(pixel["NO_LIN_CORR"])
_LINE = 64

Causes = dict[str, NDArray[np.bool_]]


def aligned(shape: tuple[int, ...], dtype: DTypeLike = np.float32) -> NDArray[Any]:
    """Return an uninitialised array that begins on a cache line: twice as fast to multiply."""
    kind = np.dtype(dtype)
    size = math.prod(shape) * kind.itemsize
    block = np.empty(size + _LINE, np.uint8)
    start = -block.ctypes.data % _LINE
    return block[start : start + size].view(kind).reshape(shape)


def make_safe(coeffs: NDArray[np.float32], dq: NDArray[np.uint32]) -> Causes:
    """
    Turn coefficients of uncorrectable pixels into 0, 1, 0 ... in place, which keeps the sample.

    Parameters
    ----------
    coeffs : ndarray of float32
        (coefficients, rows, columns), constant term first; changed in place.
    dq : ndarray of uint32
        (rows, columns), standard flags of the reference.

    Returns
    -------
    dict of ndarray of bool
        (rows, columns) each: the pixels that are 'flagged' by the reference, that have a 'nan'
        coefficient, or a 'zero' linear term; a pixel is in the first that holds. None of these
        are those with an 'infinite' coefficient, which stays, as in jwst's products.

    Raises
    ------
    ValueError
        For less than two coefficients.
    """
    if len(coeffs) < 2:
        raise ValueError(f"a linearity polynomial needs 2 or more coefficients, not {len(coeffs)}")
    flagged = (dq & _NO_LIN_CORR) != 0
    odd = _any_not_finite(coeffs)
    nan = np.zeros_like(odd)
    y, x = places(odd)
    nan[y, x] = np.isnan(coeffs[:, y, x]).any(axis=0)
    nan &= ~flagged
    zero = (coeffs[1] == 0) & ~(flagged | nan)
    without = flagged | nan | zero
    y, x = places(without)
    # plane by plane: a mask over all planes takes five times as long
    for number, term in enumerate(coeffs):
        term[y, x] = 1 if number == 1 else 0
    return {"flagged": flagged, "nan": nan, "zero": zero, "infinite": odd & ~without}


def places(mask: NDArray[np.bool_]) -> tuple[NDArray[np.intp], ...]:
    """Return rows and columns of the pixels of a mask."""
    # eight times as fast as numpy.nonzero of two axes
    return np.unravel_index(np.flatnonzero(mask), mask.shape)


def added_flags(causes: Causes) -> NDArray[np.uint32]:
    """Return NO_LIN_CORR for the pixels that the reference should have flagged and did not."""
    flags: NDArray[np.uint32] = (causes["nan"] | causes["zero"]) * _NO_LIN_CORR
    return flags


def _any_not_finite(coeffs: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return which pixels have a NaN or an infinity among their coefficients."""
    finite: NDArray[np.bool_] = np.isfinite(coeffs[0])
    one = np.empty_like(finite)
    for term in coeffs[1:]:
        np.isfinite(term, one)
        np.bitwise_and(finite, one, finite)
    return np.logical_not(finite, finite)
