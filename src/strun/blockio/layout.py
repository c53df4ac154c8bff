"""The header-data units of a FITS file: what headers say of size and encoding, and where."""

from __future__ import annotations

import math
import os
from functools import cached_property, lru_cache
from typing import NamedTuple

from strun.blockio.cards import BLOCK, Header
from strun.errors import FitsError

_UNSIGNED = {8: (-128, "int8"), 16: (2**15, "uint16"), 32: (2**31, "uint32"), 64: (2**63, "uint64")}
_PLAIN = {8: "uint8", 16: "int16", 32: "int32", 64: "int64", -32: "float32", -64: "float64"}
_MOST_AXES = 999
_READ_AHEAD = 4 * BLOCK
_LONGEST_HEADER = 1 << 28


def padded(size: int) -> int:
    """Return `size` rounded up to a whole number of FITS blocks of 2880 bytes."""
    return -(-size // BLOCK) * BLOCK


class Encoding(NamedTuple):
    """How numbers lie in a data unit: value = raw * bscale + bzero."""

    bitpix: int
    bscale: float = 1
    bzero: float = 0
    blank: int | None = None

    @property
    def itemsize(self) -> int:
        """Bytes of one number."""
        return abs(self.bitpix) // 8

    @property
    def scaled(self) -> bool:
        """Whether values are other than the raw numbers or their unsigned reading."""
        return not self.unsigned and (self.bscale, self.bzero, self.blank) != (1, 0, None)

    @property
    def unsigned(self) -> bool:
        """Whether BZERO only turns the sign (unsigned 16, 32, 64 bit and signed bytes)."""
        zero = _UNSIGNED.get(self.bitpix, (None, ""))[0]
        return self.bscale == 1 and self.bzero == zero

    @property
    def dtype(self) -> str:
        """Name of the numpy dtype of the values."""
        if self.unsigned:
            return _UNSIGNED[self.bitpix][1]
        if self.scaled and self.bitpix > 0:
            return "float32" if self.bitpix <= 16 else "float64"
        return _PLAIN[self.bitpix]


_WRITTEN = {name: Encoding(bitpix) for bitpix, name in _PLAIN.items()}
_WRITTEN |= {name: Encoding(bitpix, 1, zero) for bitpix, (zero, name) in _UNSIGNED.items()}


def encoding_for(dtype: str) -> Encoding:
    """Return the encoding in which values of a dtype are written."""
    if dtype not in _WRITTEN:
        raise ValueError(f"FITS has no encoding for {dtype}")
    return _WRITTEN[dtype]


class Hdu:
    """One header-data unit of a file; offsets and size in bytes, the size without padding."""

    def __init__(
        self, index: int, header: Header, header_offset: int, data_offset: int, data_size: int
    ) -> None:
        self.index = index
        self.header = header
        self.header_offset = header_offset
        self.data_offset = data_offset
        self.data_size = data_size

    @cached_property
    def name(self) -> str:
        """EXTNAME in capitals; PRIMARY for the first unit when it has none."""
        name = self.header.get("EXTNAME")
        if isinstance(name, str):
            return name.strip().upper()
        return "PRIMARY" if self.index == 0 else ""

    @cached_property
    def kind(self) -> str:
        """One of 'image', 'bintable', 'table' and 'other'."""
        kind = self.header.get("XTENSION")
        if kind is None or kind == "IMAGE":
            return "image"
        return {"BINTABLE": "bintable", "TABLE": "table"}.get(str(kind), "other")

    @cached_property
    def compressed(self) -> bool:
        """Whether it is an image hidden in a table (the tiled image convention)."""
        return self.kind == "bintable" and self.header.get("ZIMAGE") is True

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """Axes in numpy's order, slowest first; empty without data."""
        return tuple(reversed(_axes(self.header)))

    @cached_property
    def encoding(self) -> Encoding:
        """How its numbers are written."""
        get = self.header.get
        blank = get("BLANK")
        return Encoding(
            _integer(self.header, "BITPIX"),
            _real(self.header, "BSCALE", 1),
            _real(self.header, "BZERO", 0),
            blank if isinstance(blank, int) and _integer(self.header, "BITPIX") > 0 else None,
        )


def _real(header: Header, keyword: str, default: float) -> float:
    value = header.get(keyword)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise FitsError(f"{keyword} is {value!r}, expected a number")
    return value


def _integer(header: Header, keyword: str, *, least: int | None = None) -> int:
    value = header.get(keyword)
    if isinstance(value, bool) or not isinstance(value, int):
        raise FitsError(f"{keyword} is {value!r}, expected an integer")
    if least is not None and value < least:
        raise FitsError(f"{keyword} is {value}, expected {least} or more")
    return value


def _axes(header: Header) -> list[int]:
    count = _integer(header, "NAXIS", least=0)
    if count > _MOST_AXES:
        raise FitsError(f"NAXIS is {count}, expected at most {_MOST_AXES}")
    return [_integer(header, f"NAXIS{n}", least=0) for n in range(1, count + 1)]


def data_size(header: Header) -> int:
    """Return the bytes of the data unit (FITS 4.0, equations 1, 2 and 4)."""
    bitpix = _integer(header, "BITPIX")
    if bitpix not in _PLAIN:
        raise FitsError(f"BITPIX is {bitpix}, expected one of {', '.join(map(str, _PLAIN))}")
    axes = _axes(header)
    if not axes:
        return 0
    random_groups = axes[0] == 0 and header.get("GROUPS") is True
    if random_groups:
        axes = axes[1:]
    pcount = _integer(header, "PCOUNT", least=0) if "PCOUNT" in header else 0
    gcount = _integer(header, "GCOUNT", least=0) if "GCOUNT" in header else 1
    return abs(bitpix) // 8 * gcount * (pcount + math.prod(axes))


# but for the first unit, those of the exposures of a batch are the same
@lru_cache(maxsize=32)
def _parsed(raw: bytes) -> tuple[Header, int]:
    """Return a header, not to be changed, and the bytes of its data."""
    header = Header.parse(raw)
    return header, data_size(header)


def _read_header(fd: int, offset: int, raw: bytes) -> tuple[bytes, int]:
    """Return the cards at `offset`, of which `raw` is known, with END, and where the data begin."""
    searched = 0
    while True:
        end = raw.find(b"END" + b" " * 77, searched)
        while end >= 0 and end % 80:
            end = raw.find(b"END" + b" " * 77, end + 1)
        if end >= 0:
            stop = padded(end + 80)
            return raw[: end + 80], offset + stop
        piece = os.pread(fd, max(_READ_AHEAD, len(raw)), offset + len(raw))
        if not piece or len(raw) > _LONGEST_HEADER:
            raise FitsError("the header has no END card: the file is cut or damaged")
        searched = max(0, len(raw) - len(raw) % 80 - 80)
        raw += piece


def first_header(fd: int, path: str) -> Header:
    """Return the first header of an opened file; FitsError when it is not FITS, or cut in it."""
    return Header.parse(_read_header(fd, 0, _begin(fd, path))[0])


def _begin(fd: int, path: str) -> bytes:
    """Return the first bytes of a FITS file."""
    raw = os.pread(fd, _READ_AHEAD, 0)
    if not raw.startswith(b"SIMPLE  ="):
        raise FitsError(f"{path}: not a FITS file (it does not begin with SIMPLE)")
    return raw


def _blank_to_end(fd: int, offset: int, size: int) -> bool:
    """Whether nothing but zeros or spaces follow (some writers pad a file further)."""
    while offset < size:
        piece = os.pread(fd, 1 << 20, offset)
        if piece.strip(b"\0 "):
            return False
        offset += len(piece) or size
    return True


def scan(fd: int, path: str) -> tuple[Hdu, ...]:
    """
    Find the header-data units of an opened regular file, at least one.

    Raises FitsError when it is not FITS, is cut, or a header says what cannot be.
    """
    size = os.fstat(fd).st_size
    if size == 0:
        raise FitsError(f"{path}: the file is empty, expected FITS")
    hdus: list[Hdu] = []
    offset = 0
    while offset < size:
        begun = os.pread(fd, _READ_AHEAD, offset) if hdus else _begin(fd, path)
        if hdus and not begun.startswith(b"XTENSION="):
            if _blank_to_end(fd, offset, size):
                break
            raise FitsError(
                f"{path}: {size - offset} bytes after HDU {len(hdus) - 1} are no FITS extension; "
                "the file is damaged"
            )
        try:
            raw, data_offset = _read_header(fd, offset, begun)
            header, length = _parsed(raw)
            hdu = Hdu(len(hdus), header.copy(), offset, data_offset, length)
            if hdu.kind == "image":
                # whatever is wrong in it is said here, where the file is known
                _ = hdu.encoding
        except FitsError as err:
            raise FitsError(f"{path}: HDU {len(hdus)}: {err}") from err
        if data_offset + hdu.data_size > size:
            raise FitsError(
                f"{path}: HDU {len(hdus)} ({hdu.name or 'unnamed'}) is cut: its data end at byte "
                f"{data_offset + hdu.data_size}, the file at {size}; get a whole copy"
            )
        hdus.append(hdu)
        offset = data_offset + padded(hdu.data_size)
    return tuple(hdus)
