"""The linearity polynomial on arrays: samples corrected in place."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from strun.datamodels.dqflags import group
from strun.effects.change import FAINTEST, Largest

_SATURATED = np.uint8(group["SATURATED"])
# samples at a time: they, their coefficients and the result stay in the cache of a core
_TILE = 1 << 15


def horner(values: NDArray[Any], coeffs: NDArray[Any], out: NDArray[Any]) -> NDArray[Any]:
    """
    Evaluate c0 + c1 x + c2 x^2 ... in the order of operations of jwst's products, but for c0.

    Parameters
    ----------
    values : ndarray
        x.
    coeffs : ndarray
        Two or more, constant term first, each of the shape of x.
    out : ndarray
        Of the shape of x; overwritten.

    Returns
    -------
    ndarray
        `out`; the constant term is still to be added, by the caller, to where it is wanted.
    """
    np.multiply(_factors(values, coeffs, out), values, out)
    return out


def _factors(values: NDArray[Any], coeffs: NDArray[Any], out: NDArray[Any]) -> NDArray[Any]:
    """Return c1 + c2 x + c3 x^2 ..., by which x is multiplied."""
    linear: NDArray[Any] = coeffs[1]
    if len(coeffs) == 2:
        return linear
    # operands stand where stcal has them: it decides which of two NaNs survives
    np.multiply(coeffs[-1], values, out)
    for term in coeffs[-2:1:-1]:
        np.add(out, term, out)
        np.multiply(out, values, out)
    np.add(out, linear, out)
    return out


class ChangeSearch:
    """Looks for the largest change of samples, in the few pixels where it can be."""

    def __init__(self, coeffs: NDArray[np.float32], largest: Largest) -> None:
        self.largest = largest
        # the constant term makes the most of the faintest sample that counts; rounding is less
        constant = np.fmax.reduce(np.abs(coeffs[0]), axis=None, initial=0)
        self._slack = float(constant) / FAINTEST + 1e-6

    def where(self, factors: NDArray[np.float32]) -> NDArray[np.intp] | None:
        """Return the numbers of pixels whose factors allow a change larger than all before."""
        limit = self.largest.value - self._slack
        most = np.fmax.reduce(factors, axis=None, initial=1) - 1
        least = 1 - np.fmin.reduce(factors, axis=None, initial=1)
        if max(most, least) <= limit:
            return None
        # with two axes it takes ten times as long
        return np.flatnonzero((factors > 1 + limit) | (factors < 1 - limit))


def require_shapes(
    data: NDArray[np.float32], groupdq: NDArray[np.uint8], coeffs: NDArray[np.float32]
) -> None:
    """Raise ValueError for arrays that do not fit: polynomials are never stretched."""
    if data.shape[1:] != coeffs.shape[1:] or groupdq.shape != data.shape or len(coeffs) < 2:
        raise ValueError(
            f"{coeffs.shape} coefficients and {groupdq.shape} flags for {data.shape} samples"
        )


def correct(
    data: NDArray[np.float32],
    groupdq: NDArray[np.uint8],
    coeffs: NDArray[np.float32],
    scratch: NDArray[np.float32],
    search: ChangeSearch | None = None,
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
    search : ChangeSearch, optional
        Looks for the largest change.

    Returns
    -------
    int
        Count of samples left because they are saturated.

    Raises
    ------
    ValueError
        When the shapes do not fit: polynomials are never stretched.
    """
    require_shapes(data, groupdq, coeffs)
    _, ny, nx = data.shape
    step = max(1, _TILE // max(1, nx))
    saturated = 0
    with np.errstate(all="ignore"):
        for top in range(0, ny, step):
            rows = slice(top, top + step)
            terms = coeffs[:, rows]
            work = scratch[: terms.shape[1]]
            for frame, flags in zip(data[:, rows], groupdq[:, rows], strict=True):
                saturated += _correct_tile(frame, flags, terms, work, search)
    return saturated


def _correct_tile(
    frame: NDArray[np.float32],
    flags: NDArray[np.uint8],
    terms: NDArray[np.float32],
    work: NDArray[np.float32],
    search: ChangeSearch | None,
) -> int:
    factors = _factors(frame, terms, work)
    where = None if search is None else search.where(factors)
    before = None if where is None else frame.take(where)
    np.multiply(factors, frame, work)
    saturated = _store(frame, flags, terms[0], work)
    if search is not None and where is not None and before is not None:
        search.largest.see(before, frame.take(where))
    return saturated


def _store(
    frame: NDArray[np.float32],
    flags: NDArray[np.uint8],
    constant: NDArray[np.float32],
    work: NDArray[np.float32],
) -> int:
    """Add the constant term into the frame where it is not saturated; count where it is."""
    # most tiles have none: the largest value tells it in one pass, or the largest bit in two
    if not flags.size or flags.max() < _SATURATED:
        np.add(work, constant, frame)
        return 0
    saturated = flags & _SATURATED
    if not saturated.max():
        np.add(work, constant, frame)
        return 0
    # by index: a masked copy takes longer unless nearly all are saturated
    where = np.flatnonzero(saturated != 0)
    kept = frame.take(where)
    np.add(work, constant, frame)
    frame.put(where, kept)
    return where.size


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
            horner(frame, coeffs, scratch)
            np.add(scratch, coeffs[0], scratch)
            # a negative zero becomes a positive one, as in jwst's products
            scratch[frame == 0] = 0
            np.copyto(frame, scratch)
