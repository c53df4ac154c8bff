"""Cards of a file that stand for no metadata: its history, and keywords that no model knows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, TypeAlias

from strun.blockio.cards import Header
from strun.datamodels.keywords import table

Entry: TypeAlias = dict[str, Any]
"""``description``, and the ``time`` and ``software`` of an entry that was added."""

_TEXT = 72
_STRUCTURE = (
    r"(SIMPLE|XTENSION|BITPIX|NAXIS\d*|EXTEND|PCOUNT|GCOUNT|TFIELDS|BSCALE|BZERO|BLANK"
    r"|(TTYPE|TFORM|TDIM|TUNIT|TNULL|TZERO|TSCAL|TDISP)\d+|EXTNAME|EXTVER|EXTLEVEL"
    r"|CHECKSUM|DATASUM|HISTORY|COMMENT|CONTINUE|)\Z"
)


def _entry(value: Any, software: Any = None) -> Entry:  # noqa: ANN401 - text or dict
    if isinstance(value, dict):
        return dict(value)
    made: Entry = {"description": str(value), "time": datetime.now(UTC).replace(microsecond=0)}
    return made if software is None else made | {"software": software}


class History(list[Entry]):
    """Entries of a history, in order; the HISTORY cards of a primary header are the first."""

    def __init__(self, header: Header | None = None) -> None:
        cards = header.items() if header is not None else ()
        super().__init__({"description": text} for keyword, text in cards if keyword == "HISTORY")

    def append(self, value: str | Entry, software: Any = None) -> None:  # noqa: ANN401
        """Add a text with the time of now, or an entry as it is."""
        super().append(_entry(value, software))

    def extend(self, values: str | Iterable[str | Entry]) -> None:
        """Add several; one text is one entry."""
        for value in (values,) if isinstance(values, str) else values:
            self.append(value)

    def copy(self) -> History:
        """Return an independent copy."""
        new = History()
        new.extend(self)
        return new

    def __setitem__(self, number: Any, value: Any) -> None:  # noqa: ANN401
        super().__setitem__(number, _entry(value))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str):
            other = (other,)
        if not isinstance(other, Iterable):
            return False
        theirs = [{"description": each} if isinstance(each, str) else each for each in other]
        return len(theirs) == len(self) and all(
            mine.get(key) == value
            for mine, entry in zip(self, theirs, strict=True)
            for key, value in entry.items()
        )

    def __ne__(self, other: object) -> bool:
        return not self == other


def with_history(header: Header, history: History) -> None:
    """Write a history into a primary header, in place of the one that it has."""
    header.remove("HISTORY")
    for entry in history:
        for line in str(entry.get("description", "")).splitlines() or [""]:
            text = line.encode("ascii", "replace")
            pieces = [text[i : i + _TEXT] for i in range(0, len(text), _TEXT)] or [b""]
            header.extend(Header([b"HISTORY " + piece.ljust(_TEXT) for piece in pieces]))


class ExtraFits(dict[str, Any]):
    """A node of the tree; its items are attributes too."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"extra_fits has no {name!r}") from None

    def __setattr__(self, name: str, value: Any) -> None:  # noqa: ANN401
        self[name] = value

    @property
    def instance(self) -> dict[str, Any]:
        """The node as a dict."""
        return self


def extra_cards(header: Header, hdu: str) -> list[list[Any]]:
    """Return keyword, value and comment of each card that stands for no metadata."""
    known = table().by_place
    return [
        [keyword, value, header.comment(keyword)]
        for keyword, value in header.items()
        if (hdu, keyword) not in known and not re.match(_STRUCTURE, keyword)
    ]


def with_extra(header: Header, hdu: str, cards: list[list[Any]]) -> None:
    """Give a header these cards, in place of those that stand for no metadata."""
    wanted = {str(card[0]).upper() for card in cards}
    for keyword, *_ in extra_cards(header, hdu):
        if keyword not in wanted:
            header.remove(keyword)
    for keyword, value, *comment in cards:
        header.set(str(keyword), value, str(comment[0]) if comment else None)
