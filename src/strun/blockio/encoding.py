"""Raw bytes of a data unit to numbers and back; the only place that knows byte order."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strun.blockio.layout import Encoding

_KINDS = {8: "u1", 16: "i2", 32: "i4", 64: "i8", -32: "f4", -64: "f8"}


@cache
def raw_dtype(encoding: Encoding) -> np.dtype[Any]:
    """Return the dtype of the numbers as they lie in the file (big-endian)."""
    return np.dtype(">" + _KINDS[encoding.bitpix])


def _scaled(raw: NDArray[Any], encoding: Encoding) -> NDArray[Any]:
    """Apply BSCALE, BZERO and BLANK in the precision that FITS readers agree on."""
    values = raw.astype(encoding.dtype)
    if encoding.bscale != 1:
        np.multiply(values, encoding.bscale, out=values)
    if encoding.bzero:
        values += encoding.bzero
    if encoding.blank is not None:
        values[raw == encoding.blank] = np.nan
    return values


def _without_sign(raw: NDArray[Any], encoding: Encoding) -> NDArray[Any]:
    """Turn the sign bit: the unsigned (or signed byte) reading of the raw integers."""
    top = np.uint64(1 << (abs(encoding.bitpix) - 1))
    native = raw.astype(raw.dtype.newbyteorder("="))
    bits = native.view(f"u{raw.dtype.itemsize}")
    bits ^= bits.dtype.type(top)
    return bits.view(encoding.dtype)


def decode(raw: NDArray[Any], encoding: Encoding, out: NDArray[Any]) -> None:
    """
    Write the values of raw numbers into `out`, cast to its dtype.

    Parameters
    ----------
    raw : ndarray
        Numbers as they lie in the file, of dtype `raw_dtype(encoding)`.
    encoding : Encoding
        What they mean.
    out : ndarray
        Of the same shape, any dtype.
    """
    if encoding.unsigned:
        if encoding.bitpix == 16 and out.dtype.kind == "f":
            # exact, and one pass less than by way of uint16
            np.copyto(out, raw, casting="unsafe")
            out += out.dtype.type(encoding.bzero)
            return
        np.copyto(out, _without_sign(raw, encoding), casting="unsafe")
    elif encoding.scaled:
        np.copyto(out, _scaled(raw, encoding), casting="unsafe")
    else:
        np.copyto(out, raw, casting="unsafe")


def encode(values: NDArray[Any], encoding: Encoding, out: NDArray[Any]) -> None:
    """
    Write values as raw numbers into `out`.

    Parameters
    ----------
    values : ndarray
        Of dtype `encoding.dtype`, native byte order.
    encoding : Encoding
        Unscaled, or unsigned by BZERO.
    out : ndarray
        Of the same shape and of dtype `raw_dtype(encoding)`.
    """
    if encoding.unsigned:
        bits = values.view(f"u{values.dtype.itemsize}")
        top = bits.dtype.type(1 << (abs(encoding.bitpix) - 1))
        np.copyto(out.view(f">u{values.dtype.itemsize}"), bits ^ top)
    else:
        np.copyto(out, values)
