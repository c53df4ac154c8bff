"""The value field of a FITS card: text to Python and back (FITS standard 4.0, section 4.2)."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from functools import lru_cache

CARD = 80
VALUE_WIDTH = 20

Value = bool | int | float | complex | str | None

_STRING = re.compile(r" *'((?:[^']|'')*)' *(?:/(.*))?$", re.DOTALL)
_BARE = re.compile(r" *([^/]*?) *(?:/(.*))?$", re.DOTALL)
_INTEGER = re.compile(r"[+-]?\d+\Z")
_FLOAT = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[ED] *[+-]? *\d+)?\Z", re.IGNORECASE)
_COMPLEX = re.compile(r"\( *([^,() ]+) *, *([^,() ]+) *\)\Z")


def printable(text: str) -> str:
    """Return `text` as printable ASCII; what a FITS header cannot hold becomes an escape."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        c if c.isascii() and c.isprintable() else c.encode("unicode_escape").decode("ascii")
        for c in text
    )


def now() -> str:
    """Return the time in UTC as FITS writes it: ISO 8601 without a zone, to the millisecond."""
    return datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds")


def plain(value: Value) -> Value:
    """Return a numpy scalar as the Python value that it holds, anything else as it is."""
    item = getattr(value, "item", None)
    return value if item is None else item()


def _number(text: str) -> int | float | None:
    if _INTEGER.match(text):
        return int(text)
    if _FLOAT.match(text):
        return float(text.upper().replace("D", "E").replace(" ", ""))
    return None


# the headers of a batch of exposures are mostly the same cards
@lru_cache(maxsize=4096)
def parse_value(field: str) -> tuple[Value, str]:
    """
    Read the value field of a card, the text after ``= ``: the value, and the comment.

    The value is None when it is undefined, the bare text when it is no FITS value; the comment is
    stripped.
    """
    string = _STRING.match(field)
    if string:
        return string.group(1).replace("''", "'").rstrip(), (string.group(2) or "").strip()
    bare = _BARE.match(field)
    if bare is None:
        return field.strip(), ""
    text, comment = bare.group(1), (bare.group(2) or "").strip()
    if not text:
        return None, comment
    if text in ("T", "F"):
        return text == "T", comment
    number = _number(text)
    if number is not None:
        return number, comment
    pair = _COMPLEX.match(text)
    if pair:
        real, imaginary = _number(pair.group(1)), _number(pair.group(2))
        if real is not None and imaginary is not None:
            return complex(real, imaginary), comment
    return text, comment


def format_float(value: float) -> str:
    """Return the shortest exact text of a float that fits the 20 columns of a value field."""
    if not math.isfinite(value):
        raise ValueError(f"{value} cannot stand in a FITS header: give a finite number")
    text = repr(value).replace("e", "E")
    digits = 17
    while len(text) > VALUE_WIDTH:
        digits -= 1
        text = f"{value:.{digits}G}"
    if "." not in text and "E" not in text:
        text += ".0"
    return text


def format_value(value: Value) -> str:
    """Return the fixed-format value field of `value` (without a comment)."""
    value = plain(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return f"{'T' if value else 'F':>{VALUE_WIDTH}}"
    if isinstance(value, str):
        if not value:
            return "''"
        escaped = printable(value).replace("'", "''")
        quoted = f"'{escaped:8}'"
        return f"{quoted:{VALUE_WIDTH}}"
    if isinstance(value, complex):
        pair = f"({format_float(value.real)}, {format_float(value.imag)})"
        return f"{pair:>{VALUE_WIDTH}}"
    if isinstance(value, int):
        return f"{value:>{VALUE_WIDTH}d}"
    return f"{format_float(float(value)):>{VALUE_WIDTH}}"


def format_card(keyword: str, value: Value, comment: str = "") -> list[bytes]:
    """
    Return the 80-byte cards that say ``keyword = value / comment``.

    A string that is too long for one card goes on in CONTINUE cards; the comment is cut at the end
    of the card. Raises ValueError for a keyword that FITS does not allow.
    """
    if not re.fullmatch(r"[A-Z0-9_-]{1,8}", keyword):
        raise ValueError(f"{keyword!r} is no FITS keyword: at most 8 of A-Z, 0-9, - and _")
    text = f"{keyword:8}= {format_value(value)}"
    if isinstance(value, str) and len(text.rstrip()) > CARD:
        return _continued(keyword, value, comment)
    if comment:
        text = f"{text} / {printable(comment)}"
    return [text[:CARD].ljust(CARD).encode("ascii")]


def _continued(keyword: str, value: str, comment: str) -> list[bytes]:
    """Return a long string as a first card and CONTINUE cards (FITS 4.0, section 4.2.1.2)."""
    room = CARD - len("CONTINUE  '&'")
    pieces, piece = [], ""
    for character in printable(value):
        quoted = "''" if character == "'" else character
        if len(piece) + len(quoted) > room:
            pieces.append(piece)
            piece = ""
        piece += quoted
    pieces.append(piece)
    if piece.rstrip().endswith("&"):
        # some readers take a last & for a promise of more
        pieces.append("")
    cards = []
    for number, text in enumerate(pieces):
        head = f"{keyword:8}= " if number == 0 else "CONTINUE  "
        tail = "&" if number < len(pieces) - 1 else ""
        cards.append(f"{head}'{text}{tail}'")
    if comment:
        cards[-1] = f"{cards[-1]} / {printable(comment)}"
    return [card[:CARD].ljust(CARD).encode("ascii") for card in cards]
