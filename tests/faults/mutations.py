"""Damage of files: edits that can be drawn at random, written down, and made again."""

from __future__ import annotations

import random
from typing import Any

Edit = list[Any]
"""A kind of damage and what it needs, in types that JSON knows."""

CARD, BLOCK = 80, 2880

# what stands behind `KEYWORD = ` in odd files
VALUES = (
    *("0", "1", "-1", "2", "3", "7", "16", "-32", "64", "999", "1000", "2147483648", "-2147483649"),
    *(
        "9223372036854775807",
        "18446744073709551616",
        "99999999999999999999",
        "1E400",
        "-1.5",
        "NaN",
    ),
    *("T", "F", "''", "'x'", "'SCI'", "'DQ'", "'IMAGE'", "'BINTABLE'", "'  '", "'N/A'", "'ANY'"),
    *("", "/", "'", "'''", "(1, 2)", "1 2", "0x10", "1_000", "1.0D3", "\u00e9", "'\u00e9'", "\x00"),
)
KEYWORDS = (
    *("SIMPLE", "XTENSION", "BITPIX", "NAXIS", "NAXIS1", "NAXIS2", "NAXIS3", "NAXIS4", "NAXIS5"),
    *("PCOUNT", "GCOUNT", "TFIELDS", "TFORM1", "TFORM3", "TTYPE1", "TTYPE3", "TZERO1", "TDIM3"),
    *("BZERO", "BSCALE", "BLANK", "EXTNAME", "EXTVER", "END", "CONTINUE", "COMMENT", "", "THEAP"),
    *("INSTRUME", "DETECTOR", "EXP_TYPE", "FILTER", "SUBSTRT1", "SUBSTRT2", "SUBSIZE1", "SUBSIZE2"),
    *("NFRAMES", "NGROUPS", "NINTS", "ZEROFRAM", "DATAMODL", "REFTYPE", "S_LINEAR", "S_DQINIT"),
    *("SUBARRAY", "FASTAXIS", "SLOWAXIS", "DATE-OBS", "CHECKSUM", "DATASUM", "ZIMAGE", "ZCMPTYPE"),
    *("MULTSTR1", "NUM_SUPR", "INTERLV", "REPSTRIP", "LOCALT", "FILENAME", "READPATT", "DRPFRMS1"),
    *("GROUPGAP", "TGROUP", "TFRAME", "FRMDIVSR", "INTSTART", "INTEND", "NOUTPUTS", "GAINFACT"),
    *("EXPSTART", "EFFINTTM", "AVDRKCUR", "S_DARK", "S_JUMP", "S_SATURA", "S_REFPIX"),
)
SIZES = (1, 2, 7, 8, 79, 80, 81, 160, 2879, 2880, 2881, 5760)


def _card(data: bytes | bytearray, number: int) -> tuple[int, int]:
    """Return begin and end of the card of a number, modulo the cards that there are."""
    start = number % max(1, len(data) // CARD) * CARD
    return start, start + CARD


def _headers(data: bytes) -> list[int]:
    """Return the numbers of all cards that are text and look like keyword and value."""
    found = []
    for number in range(len(data) // CARD):
        head = data[number * CARD : number * CARD + 10]
        if head[:8].strip().replace(b"-", b"").replace(b"_", b"").isalnum() and (
            head[8:10] == b"= " or head[:3] == b"END"
        ):
            found.append(number)
    return found


def _number(data: bytes, card: int) -> int | None:
    """Return the integer of a card, None when it has none."""
    text = data[card * CARD + 10 : card * CARD + CARD].split(b"/")[0].strip()
    return int(text) if text.lstrip(b"-").isdigit() and len(text) < 12 else None


def _bytes(rng: random.Random, size: int) -> str:
    kind = rng.randrange(4)
    if kind == 0:
        return rng.randbytes(size).hex()
    return (b"\0", b" ", b"\xff")[kind - 1].hex() * size


def draw(data: bytes, rng: random.Random) -> Edit:
    """Return one random edit of a file; headers are damaged more often than numbers."""
    cards = _headers(data) or [0]
    card, place = rng.choice(cards), rng.randrange(len(data) + 1)
    kind = rng.choice(
        ["value"] * 6 + ["number"] * 9 + ["keyword"] * 4 + ["in card"] * 4
        + ["blank", "double", "swap cards"] * 2 + ["flip", "bytes"] * 4
        + ["insert", "delete", "cut", "cut card", "blocks", "repeat", "grow"]
    )  # fmt: skip
    match kind:
        case "value" | "cut card" | "double" | "blank":
            return [kind, card, *([rng.choice(VALUES)] if kind == "value" else [])]
        case "number":
            numbers = [each for each in cards if _number(data, each) is not None] or [card]
            card = rng.choice(numbers)
            old = _number(data, card) or 0
            new = rng.choice(
                [old + 1, old - 1, 2 * old, old // 2, -old, 0, 1, 10 * old, 4096 * old]
            )
            return ["value", card, str(new)]
        case "keyword":
            return [kind, card, rng.choice(KEYWORDS), rng.choice(VALUES)]
        case "in card":
            return ["flip", card * CARD + rng.randrange(CARD), rng.randrange(8)]
        case "swap cards":
            return [kind, card, rng.choice(cards)]
        case "flip":
            return [kind, place, rng.randrange(8)]
        case "bytes" | "insert":
            return [kind, place, _bytes(rng, rng.choice(SIZES))]
        case "blocks":
            return [kind, rng.randrange(len(data)) // BLOCK, rng.randrange(len(data)) // BLOCK]
        case "grow":
            return [kind, _bytes(rng, rng.choice(SIZES))]
        case "cut" if rng.random() < 0.3:
            return [kind, place // BLOCK * BLOCK]
    return [kind, place, *([rng.choice(SIZES)] if kind in ("delete", "repeat") else [])]


def _with_value(card: bytes, value: str) -> bytes:
    return f"{card[:8].decode('latin-1'):<8}= {value:>20}".encode("latin-1")[:CARD].ljust(CARD)


def apply(data: bytes, edits: list[Edit]) -> bytes:
    """Return a file after its edits, in order."""
    new = bytearray(data)
    for kind, place, *more in edits:
        start, end = _card(new, place) if isinstance(place, int) else (0, 0)
        if kind == "value":
            new[start:end] = _with_value(bytes(new[start:end]), more[0])
        elif kind == "keyword":
            new[start:end] = _with_value(more[0].encode().ljust(8), more[1])
        elif kind == "double":
            new[end : end + CARD] = new[start:end]
        elif kind == "blank":
            new[start:end] = b" " * CARD
        elif kind == "swap cards":
            first, last = _card(new, more[0])
            new[start:end], new[first:last] = new[first:last], new[start:end]
        elif kind == "cut card":
            del new[start:]
        elif kind == "flip" and new:
            new[place % len(new)] ^= 1 << more[0]
        elif kind == "bytes":
            raw = bytes.fromhex(more[0])
            new[place : place + len(raw)] = raw
        elif kind == "insert":
            new[place:place] = bytes.fromhex(more[0])
        elif kind == "delete":
            del new[place : place + more[0]]
        elif kind == "repeat":
            new[place:place] = new[place : place + more[0]]
        elif kind == "cut":
            del new[place:]
        elif kind == "blocks":
            a, b = place * BLOCK, more[0] * BLOCK
            new[a : a + BLOCK], new[b : b + BLOCK] = new[b : b + BLOCK], new[a : a + BLOCK]
        elif kind == "grow":
            new += bytes.fromhex(place)
    return bytes(new)
