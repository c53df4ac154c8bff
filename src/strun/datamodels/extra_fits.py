"""Cards of a file that stand for no metadata: ``model.extra_fits.PRIMARY.header``."""

from __future__ import annotations

import re
from typing import Any

from strun.blockio.cards import Header
from strun.datamodels.keywords import table

_STRUCTURE = (
    r"(SIMPLE|XTENSION|BITPIX|NAXIS\d*|EXTEND|PCOUNT|GCOUNT|TFIELDS|BSCALE|BZERO|BLANK"
    r"|(TTYPE|TFORM|TDIM|TUNIT|TNULL|TZERO|TSCAL|TDISP)\d+|EXTNAME|EXTVER|EXTLEVEL"
    r"|CHECKSUM|DATASUM|HISTORY|COMMENT|CONTINUE|)\Z"
)


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
