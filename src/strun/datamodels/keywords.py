"""The table of JWST keywords: FITS keyword, HDU, path in the metadata tree, type."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache, cached_property
from typing import NamedTuple


class Keyword(NamedTuple):
    """Where a value of the metadata tree stands in a FITS file."""

    keyword: str
    hdu: str
    path: str
    type: str


class Table:
    """
    The keywords by path and by place, and the inner nodes of the tree.

    Parameters
    ----------
    rows : sequence of Keyword
        All of them.
    """

    def __init__(self, rows: Sequence[Keyword]) -> None:
        self.by_path = {row.path: row for row in rows}

    @cached_property
    def by_place(self) -> dict[tuple[str, str], Keyword]:
        """The keywords by HDU and keyword."""
        return {(row.hdu, row.keyword): row for row in self.by_path.values()}

    @cached_property
    def nodes(self) -> frozenset[str]:
        """The paths that have others below them."""
        found: set[str] = set()
        level = set(self.by_path)
        while level:
            level = {path.rpartition(".")[0] for path in level} - {""}
            found |= level
        return frozenset(found)


def lines_of(name: str) -> list[list[str]]:
    """Return the cells of a table that lies beside this module, without its heading."""
    with open(os.path.join(os.path.dirname(__file__), name), encoding="ascii") as stream:
        return [line.split(",") for line in stream.read().splitlines()[1:]]


@cache
def table() -> Table:
    """Return the table; it is read once."""
    return Table([Keyword._make(cells) for cells in lines_of("keywords.csv")])
