"""The table of JWST keywords: FITS keyword, HDU, path in the metadata tree, type."""

from __future__ import annotations

import os
from functools import cache
from typing import NamedTuple


class Keyword(NamedTuple):
    """Where a value of the metadata tree stands in a FITS file."""

    keyword: str
    hdu: str
    path: str
    type: str


class Table(NamedTuple):
    """The keywords by path and by place, and the inner nodes of the tree."""

    by_path: dict[str, Keyword]
    by_place: dict[tuple[str, str], Keyword]
    nodes: frozenset[str]


def lines_of(name: str) -> list[list[str]]:
    """Return the cells of a table that lies beside this module, without its heading."""
    with open(os.path.join(os.path.dirname(__file__), name), encoding="ascii") as stream:
        return [line.split(",") for line in stream.read().splitlines()[1:]]


@cache
def table() -> Table:
    """Return the table; it is read once."""
    lines = lines_of("keywords.csv")
    rows = [Keyword(keyword, hdu.upper(), path, kind) for keyword, hdu, path, kind in lines]
    nodes = set()
    for row in rows:
        node = row.path
        while "." in node:
            node = node.rpartition(".")[0]
            nodes.add(node)
    return Table(
        {row.path: row for row in rows},
        {(row.hdu, row.keyword): row for row in rows},
        frozenset(nodes),
    )
