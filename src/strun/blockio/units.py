"""Numbers of image units: raw bytes to values and back, read and written by blocks."""

from __future__ import annotations

import os
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strun.blockio.copying import write_all
from strun.blockio.layout import Encoding, Hdu
from strun.errors import FitsError

_PIECE = 1 << 20
_LINE = 64
# rows are read whole when at least this part of them is wanted, or when they are so short that a
# call for each costs more than their other bytes
_WASTE = 4
_SHORT_ROW = 3 << 10
_SHORTER = "the file became shorter while it was read; run again when it is whole"
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
    native = raw.astype(raw.dtype.newbyteorder("="))
    bits = native.view(f"u{raw.dtype.itemsize}")
    bits ^= bits.dtype.type(1 << (abs(encoding.bitpix) - 1))
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


def aligned(size: int) -> NDArray[np.uint8]:
    """Return `size` bytes that begin on a cache line, where arithmetic is fastest."""
    block = np.empty(size + _LINE, np.uint8)
    start = -block.ctypes.data % _LINE
    return block[start : start + size]


class Buffer:
    """Memory that is used again for one block after the other; each worker has its own."""

    def __init__(self) -> None:
        self._bytes: NDArray[np.uint8] = np.empty(0, np.uint8)

    def take(self, size: int) -> NDArray[np.uint8]:
        """Return so many bytes, whatever is in them."""
        if len(self._bytes) < size:
            self._bytes = aligned(size)
        return self._bytes[:size]


def fill(fd: int, buffer: NDArray[np.uint8], offset: int) -> None:
    """Read bytes of a file until `buffer` is full; FitsError when it ends before."""
    view = buffer.data
    while len(view):
        done = os.preadv(fd, [view], offset)
        if done == 0:
            raise FitsError(_SHORTER)
        view = view[done:]
        offset += done


class _Unit:
    """
    Blocks of one image unit; each worker has its own, for its buffer.

    Its numbers begin at the byte `offset` of the file.
    """

    def __init__(self, fd: int, offset: int, encoding: Encoding) -> None:
        self._fd = fd
        self._offset = offset
        self._encoding = encoding
        self._raw = raw_dtype(encoding)
        self._buffer = Buffer()


class UnitWriter(_Unit):
    """Writes blocks of one image unit."""

    def write(self, first: int, values: NDArray[Any]) -> None:
        """Write a C-contiguous array, of the encoding's dtype, from number `first` on."""
        flat = values.reshape(-1)
        offset = self._offset + first * self._raw.itemsize
        if flat.dtype == self._raw:
            write_all(self._fd, flat.view("u1").data, offset)
            return
        data = self._buffer.take(flat.size * self._raw.itemsize)
        encode(flat, self._encoding, data.view(self._raw))
        write_all(self._fd, data.data, offset)


class UnitReader(_Unit):
    """Reads blocks of one image unit."""

    def read(self, first: int, out: NDArray[Any]) -> None:
        """Fill a C-contiguous array with the values from number `first` on, cast to its dtype."""
        if out.dtype == self._raw and not (self._encoding.scaled or self._encoding.unsigned):
            offset = self._offset + first * self._raw.itemsize
            fill(self._fd, out.reshape(-1).view(np.uint8), offset)
            return
        decode(self.read_raw(first, out.size), self._encoding, out.reshape(-1))

    def read_raw(self, first: int, count: int) -> NDArray[Any]:
        """Return numbers as they lie in the file, until the next block is read."""
        data = self._buffer.take(count * self._raw.itemsize)
        fill(self._fd, data, self._offset + first * self._raw.itemsize)
        return data.view(self._raw)

    def read_columns(self, first: int, width: int, columns: slice, out: NDArray[Any]) -> None:
        """
        Fill an array (rows, columns) with some columns of whole rows, cast to its dtype.

        `first` counts the numbers before the first row, `width` those of a row; the array is
        C-contiguous.
        """
        itemsize = self._raw.itemsize
        if out.shape[1] * _WASTE < width and width * itemsize > _SHORT_ROW:
            rows = max(1, _PIECE // (out.shape[1] * itemsize))
            for start in range(0, len(out), rows):
                line = first + start * width + columns.start
                self._read_lines(line, width, out[start : start + rows])
            return
        rows = max(1, _PIECE // (width * itemsize))
        for start in range(0, len(out), rows):
            part = out[start : start + rows]
            lines = self.read_raw(first + start * width, len(part) * width)
            wanted = np.ascontiguousarray(lines.reshape(len(part), width)[:, columns])
            decode(wanted.reshape(-1), self._encoding, part.reshape(-1))

    def _read_lines(self, first: int, width: int, out: NDArray[Any]) -> None:
        """Fill an array whose rows begin `width` numbers apart in the file."""
        itemsize = self._raw.itemsize
        size, begin = out.shape[1] * itemsize, self._offset + first * itemsize
        offsets = range(begin, begin + len(out) * width * itemsize, width * itemsize)
        # one call of numpy for all of them: rows of a few numbers cost more to handle than to read
        lines = b"".join([os.pread(self._fd, size, offset) for offset in offsets])
        if len(lines) != len(out) * size:
            raise FitsError(_SHORTER)
        decode(np.frombuffer(lines, self._raw), self._encoding, out.reshape(-1))


def read_array(fd: int, hdu: Hdu, dtype: str | None = None) -> NDArray[Any]:
    """
    Return a whole image unit, cast to `dtype` unless that is None, in native byte order.

    Beside the result only a buffer of 1 MB is used. Raises FitsError when the unit holds no image,
    or the file became shorter.
    """
    if hdu.kind != "image":
        raise FitsError(f"HDU {hdu.name} holds no image, expected one")
    if not hdu.shape:
        raise FitsError(f"HDU {hdu.name} has no data (NAXIS is 0), expected an image")
    try:
        values = np.empty(hdu.shape, dtype or hdu.encoding.dtype)
    except (ValueError, OverflowError) as err:
        raise FitsError(f"HDU {hdu.name} has axes that no array can have ({err})") from err
    flat = values.reshape(-1)
    reader = UnitReader(fd, hdu.data_offset, hdu.encoding)
    step = _PIECE // hdu.encoding.itemsize
    for first in range(0, flat.size, step):
        reader.read(first, flat[first : first + step])
    return values
