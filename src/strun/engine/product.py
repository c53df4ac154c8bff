"""A product being made: its layout, the copy of what does not change, and its arrays."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from strun.blockio.copying import Background
    from strun.blockio.parts import Part
    from strun.blockio.source import FitsFile
    from strun.blockio.values import Value
    from strun.blockio.writer import ProductWriter
    from strun.engine.arrays import OutputArray


class Product:
    """
    A product being made: its layout, and the copy of what does not change.

    Parameters
    ----------
    fd : int
        Descriptor of an empty file.
    parts : list of Part
        Its units in order.
    file : FitsFile or None
        The input, which holds what does not change.
    changed : frozenset of str
        Names of the arrays that will be written by blocks.
    checksum : bool, optional
        Write CHECKSUM and DATASUM into every unit.
    """

    def __init__(
        self,
        fd: int,
        parts: list[Part],
        file: FitsFile | None,
        changed: frozenset[str],
        *,
        checksum: bool = False,
    ) -> None:
        from strun.blockio.writer import ProductWriter

        if checksum:
            from strun.blockio.checksum import reserve

            reserve(parts)
        self.changed = changed
        self.checksum = checksum
        self.writer: ProductWriter = ProductWriter(fd, parts, file)
        self.copy: Background | None = self.writer.write_unchanged(but=changed)

    def set_keywords(self, values: Mapping[str, Value]) -> None:
        """Give keywords of the primary header other values of the same length; None removes one."""
        header = self.writer.places[0].part.header
        size = header.size
        for keyword, value in values.items():
            if value is None:
                header.remove(keyword)
            else:
                header.set(keyword, value)
        # what is behind it does not move for a card less
        header.pad(size)

    def arrays(self, names: Sequence[str]) -> dict[str, OutputArray]:
        """Return arrays of the product, to be stored by blocks; for one worker."""
        from strun.engine.arrays import PartWriter

        found = {name: self.writer.place(name) for name in names}
        return {n: PartWriter(self.writer, place) for n, place in found.items() if place}

    def keep_planes(self, counts: Mapping[str, int]) -> None:
        """Keep so many planes of each integration of some arrays; all blocks are stored."""
        if counts:
            if self.copy is not None:
                self.copy.finish()
            self.writer.keep_planes(counts)

    def finish(self, corrected: Collection[str]) -> None:
        """Write all that the correction did not, and the headers."""
        for place in self.writer.places:
            name, part = place.part.name, place.part
            if name not in corrected and (not part.unchanged or name in self.changed):
                self.writer.write_values(place)
        self.writer.write_headers()
        if self.copy is not None:
            self.copy.finish()
        if self.checksum:
            self.writer.write_sums()

    def stop(self) -> None:
        """Stop copying."""
        if self.copy is not None:
            self.copy.stop()
