"""CHECKSUM and DATASUM of header-data units (FITS standard 4.0, section 4.4.2.7 and appendix J)."""

from __future__ import annotations

from collections.abc import Sequence

from strun.blockio.cards import Header
from strun.blockio.layout import padded
from strun.blockio.parts import Part, Place
from strun.blockio.source import FitsFile
from strun.errors import FitsError

_PIECE = 1 << 20
_WORD = 0xFFFFFFFF
_NOT_SUMMED = "0" * 16
# what stands between the digits and the letters of ASCII
_PUNCTUATION = frozenset(b":;<=>?@[\\]^_`")
_ZERO = ord("0")


def _fold(total: int) -> int:
    """Return a sum in 32 bits, with the carries added at the low end (ones' complement)."""
    while total > _WORD:
        total = (total & _WORD) + (total >> 32)
    return total


def sum_of(data: bytes | memoryview, before: int = 0) -> int:
    """
    Return the ones' complement sum of 32-bit big-endian words, a multiple of 4 bytes.

    `before` is the sum of what stands before.
    """
    import numpy as np

    words = np.frombuffer(data, ">u4").astype(np.uint32)
    return _fold(before + int(np.add.reduce(words, dtype=np.uint64)))


def _file_sum(fd: int, offset: int, size: int) -> int:
    """Return the sum of a part of a file, read in pieces of 1 MiB."""
    import numpy as np

    from strun.blockio.units import fill

    total, buffer = 0, np.empty(min(size, _PIECE), np.uint8)
    for first in range(0, size, _PIECE):
        piece = buffer[: min(_PIECE, size - first)]
        fill(fd, piece, offset + first)
        total = sum_of(piece.data, total)
    return total


def encoded(total: int) -> str:
    """
    Return a sum as the 16 letters and digits of CHECKSUM, which make the whole unit sum to zero.

    The sum is that of the unit with CHECKSUM '0000000000000000'.
    """
    value = ~total & _WORD
    letters = bytearray(16)
    for number in range(4):
        byte = value >> (24 - 8 * number) & 0xFF
        four = [byte // 4 + _ZERO] * 4
        four[0] += byte % 4
        while _PUNCTUATION & set(four):
            for pair in (0, 2):
                if _PUNCTUATION & {four[pair], four[pair + 1]}:
                    four[pair] += 1
                    four[pair + 1] -= 1
        for place, letter in enumerate(four):
            letters[4 * place + number] = letter
    # the value of a card begins in column 12, which is byte 3 of a word
    return (letters[-1:] + letters[:-1]).decode("ascii")


def reserve(parts: Sequence[Part]) -> None:
    """Give every unit of a product the cards of its sums, before it is laid out."""
    for part in parts:
        part.header = part.header.copy()
        part.header.set("CHECKSUM", _NOT_SUMMED, "HDU checksum")
        part.header.set("DATASUM", "0", "data unit checksum")


def take_sums(fd: int, places: Sequence[Place]) -> None:
    """
    Put the sums of all units of a product into its headers, which are still to be written.

    Data and padding are written, and can be read by the descriptor; headers have the cards of
    `reserve`.
    """
    for place in places:
        header = place.part.header
        total = _file_sum(fd, place.data_offset, padded(place.size))
        header.set("DATASUM", str(total))
        header.set("CHECKSUM", _NOT_SUMMED)
        header.set("CHECKSUM", encoded(sum_of(header.to_bytes(), total)))


def _number(header: Header, keyword: str) -> int | None:
    text = header.get(keyword)
    return int(text) if isinstance(text, str) and text.strip().isdigit() else None


def verify(file: FitsFile) -> int:
    """
    Check the sums that the units of a file carry, and return how many do.

    Raises FitsError for the first unit whose bytes are not what they were when its sum was taken.
    """
    checked = 0
    for hdu in file.hdus:
        wanted = _number(hdu.header, "DATASUM")
        whole = hdu.header.get("CHECKSUM")
        has_whole = isinstance(whole, str) and len(whole.strip()) == len(_NOT_SUMMED)
        if wanted is None and not has_whole:
            continue
        name = f"{file.path}: HDU {hdu.index} ({hdu.name or 'unnamed'})"
        total = _file_sum(file.fd, hdu.data_offset, padded(hdu.data_size))
        if wanted is not None and wanted != total:
            raise FitsError(
                f"{name}: the checksum of its data is {total}, DATASUM is {wanted}: the file is "
                "damaged; get a whole copy"
            )
        length = hdu.data_offset - hdu.header_offset
        if has_whole and _fold(_file_sum(file.fd, hdu.header_offset, length) + total) not in (
            0,
            _WORD,
        ):
            raise FitsError(
                f"{name}: CHECKSUM is wrong: the header was changed or is damaged; get a whole copy"
            )
        checked += 1
    return checked
