"""Where the header-data units of a FITS file lie, read from raw cards alone."""

from __future__ import annotations

import os
from functools import lru_cache

from strun.blockio.cards import BLOCK, Header
from strun.blockio.layout import Hdu, data_size, padded
from strun.errors import FitsError

_READ_AHEAD = 4 * BLOCK
_LONGEST_HEADER = 1 << 28


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
    """
    Return the first header of an opened file.

    Raises
    ------
    FitsError
        When it is not FITS, or cut in this header.
    """
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
    Find the header-data units of an opened file.

    Parameters
    ----------
    fd : int
        Descriptor of a regular file.
    path : str
        Its name, for messages.

    Returns
    -------
    tuple of Hdu
        At least one.

    Raises
    ------
    FitsError
        When it is not FITS, is cut, or a header says what cannot be.
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
