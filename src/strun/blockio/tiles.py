"""Parts of an image: rows and columns."""

from __future__ import annotations

from typing import NamedTuple


class Tile(NamedTuple):
    """A part of the image: rows and columns, counted from 0, with start and stop."""

    rows: slice
    columns: slice

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns in it."""
        return self.rows.stop - self.rows.start, self.columns.stop - self.columns.start

    def grown(self, halo: int, image: tuple[int, int]) -> Tile:
        """Return the tile with `halo` more rows and columns at each side, within the image."""
        if not halo:
            return self
        return Tile(*(_grown(s, halo, size) for s, size in zip(self, image, strict=True)))

    def inside(self, outer: Tile) -> tuple[slice, slice]:
        """Return the rows and columns of an array that covers `outer` which this tile takes."""
        return (
            slice(self.rows.start - outer.rows.start, self.rows.stop - outer.rows.start),
            slice(
                self.columns.start - outer.columns.start, self.columns.stop - outer.columns.start
            ),
        )


def _grown(part: slice, halo: int, size: int) -> slice:
    return slice(max(0, part.start - halo), min(size, part.stop + halo))
