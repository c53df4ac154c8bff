"""A FITS header as its raw 80-byte cards: what is not touched stays byte for byte."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TypeVar

from strun.blockio.values import CARD, Value, format_card, parse_value, plain

BLOCK = 2880
_END = b"END" + b" " * (CARD - 3)
_COMMENTARY = frozenset({"COMMENT", "HISTORY", ""})

_Default = TypeVar("_Default")


@lru_cache(maxsize=2048)
def _keyword(card: bytes) -> str:
    name = card[:8]
    if name == b"HIERARCH" and card[8:9] == b" " and b"=" in card:
        return card[9:].split(b"=", 1)[0].strip().decode("latin-1").upper()
    return name.rstrip().decode("latin-1").upper()


@lru_cache(maxsize=2048)
def _has_value(card: bytes) -> bool:
    if card[:9] == b"HIERARCH ":
        return b"=" in card
    return card[8:10] == b"= " and _keyword(card) not in _COMMENTARY


def _field(card: bytes) -> str:
    if card[:9] == b"HIERARCH ":
        return card.split(b"=", 1)[1].decode("latin-1")
    return card[10:].decode("latin-1")


# the headers of a batch of exposures are mostly the same cards
@lru_cache(maxsize=2048)
def _single(card: bytes) -> tuple[Value, str]:
    return parse_value(_field(card))


@lru_cache(maxsize=256)
def _text_card(keyword: str, value: str, comment: str) -> list[bytes]:
    return format_card(keyword, value, comment)


def _formatted(keyword: str, value: Value, comment: str) -> list[bytes]:
    # numbers are left out: 1, 1.0 and True are one key
    if isinstance(value, str):
        return _text_card(keyword, value, comment)
    return format_card(keyword, value, comment)


class Header:
    """The cards of one header-data unit, 80 bytes each, in order, without END and padding."""

    __slots__ = ("_cards", "_index")

    def __init__(self, cards: list[bytes] | None = None) -> None:
        self._cards: list[bytes] = [] if cards is None else cards
        self._index: dict[str, int] | None = None

    @classmethod
    def parse(cls, raw: bytes) -> Header:
        """Return the header held in `raw`: cards up to END, or to the end of the bytes."""
        cards = [raw[i : i + CARD] for i in range(0, len(raw) - CARD + 1, CARD)]
        if _END in cards:
            del cards[cards.index(_END) :]
        return cls(cards)

    def _where(self) -> dict[str, int]:
        if self._index is None:
            self._index = {}
            for number, card in enumerate(self._cards):
                self._index.setdefault(_keyword(card), number)
        return self._index

    def _span(self, first: int) -> int:
        """Return the number of the card after the value that begins at `first`."""
        stop = first + 1
        if "'" in _field(self._cards[first]):
            while stop < len(self._cards) and self._cards[stop][:8] == b"CONTINUE":
                stop += 1
        return stop

    def _read(self, first: int) -> tuple[Value, str]:
        value, comment = _single(self._cards[first])
        for card in self._cards[first + 1 : self._span(first)]:
            if not (isinstance(value, str) and value.endswith("&")):
                break
            more, more_comment = parse_value(card[8:].decode("latin-1"))
            value = value[:-1] + (more if isinstance(more, str) else "")
            comment = f"{comment} {more_comment}".strip()
        return value, comment

    def __contains__(self, keyword: str) -> bool:
        return keyword.upper() in self._where()

    def __len__(self) -> int:
        return len(self._cards)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Header) and self._cards == other._cards

    __hash__ = None  # type: ignore[assignment]

    def get(self, keyword: str, default: _Default | None = None) -> Value | _Default:
        """Return the value of the first card of `keyword`; None when it is undefined."""
        first = self._where().get(keyword.upper())
        if first is None:
            return default
        if not _has_value(self._cards[first]):
            return self._cards[first][8:].decode("latin-1").rstrip()
        if self._cards[first + 1 : first + 2] and self._cards[first + 1][:8] == b"CONTINUE":
            return self._read(first)[0]
        return _single(self._cards[first])[0]

    def comment(self, keyword: str) -> str:
        """Return the comment of the first card of `keyword`, empty if there is none."""
        first = self._where().get(keyword.upper())
        if first is None or not _has_value(self._cards[first]):
            return ""
        return self._read(first)[1]

    def keywords(self) -> list[str]:
        """Return the keyword of each value, in order; COMMENT, HISTORY and blank ones too."""
        return [keyword for keyword, _ in self.items()]

    def beginning(self, *begins: str) -> list[str]:
        """Return the keywords that begin so, each once; no value is read."""
        return [keyword for keyword in self._where() if keyword.startswith(begins)]

    def items(self) -> Iterator[tuple[str, Value]]:
        """Yield keyword and value of each value in order; commentary cards give their text."""
        number = 0
        while number < len(self._cards):
            card = self._cards[number]
            keyword = _keyword(card)
            if not _has_value(card):
                yield keyword, card[8:].decode("latin-1").rstrip()
                number += 1
            else:
                yield keyword, self._read(number)[0]
                number = self._span(number)

    def set(
        self,
        keyword: str,
        value: Value,
        comment: str | None = None,
        *,
        after: str | None = None,
    ) -> None:
        """
        Give `keyword` a value: in its first card, else after `after`, else at the end.

        A card that says it already is left byte for byte; without a `comment`, the one that is
        there stays. Raises ValueError for a keyword or a number that FITS does not allow.
        """
        keyword, value = keyword.upper(), plain(value)
        first = self._where().get(keyword)
        if first is not None and _has_value(self._cards[first]):
            old, old_comment = self._read(first)
            same = type(old) is type(value) and old == value
            if same and comment in (None, old_comment):
                return
            stop = self._span(first)
            text = old_comment if comment is None else comment
            self._replace(first, stop, _formatted(keyword, value, text))
            return
        where = self._place(after)
        self._replace(where, where, _formatted(keyword, value, comment or ""))

    def _place(self, after: str | None) -> int:
        """Return where a new card goes; blank cards at the end stay at the end."""
        if after is not None and after.upper() in self._where():
            return self._span(self._where()[after.upper()])
        end = len(self._cards)
        while end and not self._cards[end - 1].strip():
            end -= 1
        return end

    def _replace(self, first: int, stop: int, cards: list[bytes]) -> None:
        at_end = first == stop == len(self._cards)
        in_place = stop - first == len(cards) > 0 and _keyword(cards[0]) == _keyword(
            self._cards[first]
        )
        self._cards[first:stop] = cards
        if at_end and self._index is not None:
            for number, card in enumerate(cards, first):
                self._index.setdefault(_keyword(card), number)
        elif not in_place:
            self._index = None

    def put(self, keyword: str, value: Value, comment: str | None = None) -> None:
        """Give `keyword` a value, as `set` does; None removes it."""
        if value is None:
            self.remove(keyword)
        else:
            self.set(keyword, value, comment)

    def remove(self, keyword: str) -> None:
        """Remove every card of `keyword`, with its CONTINUE cards."""
        while (first := self._where().get(keyword.upper())) is not None:
            stop = self._span(first) if _has_value(self._cards[first]) else first + 1
            self._replace(first, stop, [])

    def extend(self, other: Header) -> None:
        """Append the cards of `other`."""
        self._cards.extend(other._cards)
        self._index = None

    def without(self, keywords: frozenset[str]) -> Header:
        """Return a copy that has no card of these keywords (single cards, no CONTINUE)."""
        return Header([card for card in self._cards if _keyword(card) not in keywords])

    def copy(self) -> Header:
        """Return an independent copy."""
        same = Header(list(self._cards))
        same._index = dict(self._where())
        return same

    @property
    def cards(self) -> tuple[bytes, ...]:
        """The cards as they are, without END."""
        return tuple(self._cards)

    @property
    def size(self) -> int:
        """Bytes of it in a file, with END and padding."""
        return -(-(len(self._cards) + 1) * CARD // BLOCK) * BLOCK

    def pad(self, size: int) -> None:
        """Append blank cards until it takes so many bytes in a file."""
        while self.size < size:
            self._cards.append(b" " * CARD)
            self._index = None

    def to_bytes(self) -> bytes:
        """Return cards and END, padded with spaces to a multiple of 2880 bytes."""
        raw = b"".join(self._cards) + _END
        return raw.ljust(-(-len(raw) // BLOCK) * BLOCK)
