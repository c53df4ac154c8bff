"""Coefficients of linearity polynomials, made safe to be used: arrays only."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from strun.datamodels.dqflags import pixel

_NO_LIN_CORR = np.uint32(pixel["NO_LIN_CORR"])
_LINE = 64

Causes = dict[str, NDArray[np.bool_]]


class Coefficients(NamedTuple):
    """
    Polynomials that can be applied to every pixel.

    Attributes
    ----------
    terms : ndarray of float32
        (coefficients, rows, columns), constant term first; 0, 1, 0 ... where the reference has no
        usable polynomial, which keeps the sample. Begins on a cache line.
    flags : ndarray of uint32
        (rows, columns), what PIXELDQ gains: the reference's flags, and NO_LIN_CORR where it
        should have had it.
    causes : dict of str to int
        Pixels without a polynomial: 'flagged' by the reference, with a 'nan' coefficient, or with
        a 'zero' linear term; the first that holds. Those with an 'infinite' one keep it.
    """

    terms: NDArray[np.float32]
    flags: NDArray[np.uint32]
    causes: dict[str, int]


def aligned(shape: tuple[int, ...], dtype: DTypeLike = np.float32) -> NDArray[Any]:
    """Return an uninitialised array that begins on a cache line: twice as fast to multiply."""
    kind = np.dtype(dtype)
    size = math.prod(shape) * kind.itemsize
    block = np.empty(size + _LINE, np.uint8)
    start = -block.ctypes.data % _LINE
    return block[start : start + size].view(kind).reshape(shape)


def prepare_coefficients(coeffs: NDArray[Any], dq: NDArray[np.uint32]) -> Coefficients:
    """
    Return the polynomials of a reference, made safe; the reference's arrays stay as they are.

    Parameters
    ----------
    coeffs : ndarray
        (coefficients, rows, columns), constant term first; any float dtype and byte order. They
        are taken as float32.
    dq : ndarray of uint32
        (rows, columns), standard flags of the reference.

    Returns
    -------
    Coefficients
        New arrays.

    Raises
    ------
    ValueError
        For less than two coefficients, or when the sizes differ.
    """
    if coeffs.ndim != 3 or len(coeffs) < 2:
        raise ValueError(
            f"coefficients have shape {coeffs.shape}, expected (2 or more, rows, columns)"
        )
    if dq.shape != coeffs.shape[1:]:
        raise ValueError(
            f"flags have shape {dq.shape} and coefficients {coeffs.shape[1:]}, expected the same"
        )
    terms = aligned(coeffs.shape)
    with np.errstate(over="ignore", invalid="ignore"):
        np.copyto(terms, coeffs, casting="same_kind")
    causes = make_safe(terms, dq)
    counts = {name: int(np.count_nonzero(where)) for name, where in causes.items()}
    return Coefficients(terms, dq | added_flags(causes), counts)


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
