"""The linearity polynomial on arrays: coefficients made safe, samples corrected."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jwst.datamodels.dqflags import group, pixel

__all__ = ["Causes", "added_flags", "correct", "correct_zeroframe", "make_safe"]

_NO_LIN_CORR = np.uint32(pixel["NO_LIN_CORR"])
_SATURATED = np.uint8(group["SATURATED"])

Causes = dict[str, NDArray[np.bool_]]


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
        coefficient, or a 'zero' linear term. The latter two have to gain NO_LIN_CORR.

    Raises
    ------
    ValueError
        For less than two coefficients.
    """
    if len(coeffs) < 2:
        raise ValueError(f"a linearity polynomial needs 2 or more coefficients, not {len(coeffs)}")
    flagged = (dq & _NO_LIN_CORR) != 0
    _neutral(coeffs, flagged)
    # one pass finds the rare pixels: a sum is NaN when a term is (or when infinities meet)
    with np.errstate(invalid="ignore", over="ignore"):
        suspect = np.isnan(coeffs.sum(axis=0))
    nan = suspect & np.isnan(coeffs).any(axis=0) if suspect.any() else suspect
    _neutral(coeffs, nan)
    zero = coeffs[1] == 0
    _neutral(coeffs, zero)
    return {"flagged": flagged, "nan": nan, "zero": zero}


def _neutral(coeffs: NDArray[np.float32], where: NDArray[np.bool_]) -> None:
    if where.any():
        coeffs[:, where] = 0
        coeffs[1, where] = 1


def _horner(
    data: NDArray[np.float32], coeffs: NDArray[np.float32], out: NDArray[np.float32]
) -> None:
    """Evaluate in float32, in the order of operations that jwst's products were made with."""
    np.multiply(coeffs[-1], data, out=out)
    for term in coeffs[-2:0:-1]:
        out += term
        out *= data
    out += coeffs[0]


def correct(
    data: NDArray[np.float32],
    groupdq: NDArray[np.uint8],
    coeffs: NDArray[np.float32],
    scratch: NDArray[np.float32],
) -> int:
    """
    Correct samples in place; those flagged SATURATED keep their value.

    The polynomial is c0 + c1 d + c2 d^2 ... of the counts d (Hilbert 2004, WFC3 ISR 2004-06;
    WFC3 Data Handbook 6.5), by Horner's rule.

    Parameters
    ----------
    data : ndarray of float32
        (frames, rows, columns), in DN; changed in place.
    groupdq : ndarray of uint8
        Of the same shape.
    coeffs : ndarray of float32
        (coefficients, rows, columns), made safe.
    scratch : ndarray of float32
        (rows, columns), overwritten.

    Returns
    -------
    int
        Count of samples left because they are saturated.
    """
    saturated = 0
    with np.errstate(all="ignore"):
        for frame, flags in zip(data, groupdq, strict=True):
            _horner(frame, coeffs, scratch)
            # most blocks have none: the largest union of bits tells it in one pass
            if int(np.bitwise_or.reduce(flags, axis=None)) & int(_SATURATED):
                good = (flags & _SATURATED) == 0
                np.copyto(frame, scratch, where=good)
                saturated += good.size - int(np.count_nonzero(good))
            else:
                np.copyto(frame, scratch)
    return saturated


def correct_zeroframe(
    zeroframe: NDArray[np.float32], coeffs: NDArray[np.float32], scratch: NDArray[np.float32]
) -> None:
    """
    Correct zero frames in place; samples that are zero mean no value and stay zero.

    Parameters
    ----------
    zeroframe : ndarray of float32
        (integrations, rows, columns), in DN.
    coeffs, scratch : ndarray of float32
        As for `correct`.
    """
    with np.errstate(all="ignore"):
        for frame in zeroframe:
            _horner(frame, coeffs, scratch)
            np.copyto(frame, scratch, where=frame != 0)


def added_flags(causes: Causes) -> NDArray[Any]:
    """Return NO_LIN_CORR for the pixels that the reference should have flagged and did not."""
    return (causes["nan"] | causes["zero"]) * _NO_LIN_CORR
