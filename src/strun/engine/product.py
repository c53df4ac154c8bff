"""A product being made: its layout, the copy of what does not change, and its arrays."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from strun.blockio.copying import Background
    from strun.blockio.parts import Part
    from strun.blockio.values import Value
    from strun.blockio.writer import ProductWriter
    from strun.datamodels.model import JwstDataModel
    from strun.engine.arrays import BlockArray

__all__ = ["Product"]


class Product:
    """A product being made: its layout, and the copy of what does not change."""

    def __init__(
        self, fd: int, model: JwstDataModel, changed: frozenset[str], *, checksum: bool = False
    ) -> None:
        self.fd = fd
        self.model = model
        self.changed = changed
        self.checksum = checksum
        self.copy: Background | None = None
        self.begin()

    def begin(self) -> None:
        """Lay the product out and start the copy."""
        from strun.blockio.writer import ProductWriter

        self.writer: ProductWriter = ProductWriter(self.fd, self._parts(), self.model.file)
        self.copy = self.writer.write_unchanged(but=self.changed)

    def _parts(self) -> list[Part]:
        parts = self.model.parts()
        if self.checksum:
            from strun.blockio.checksum import reserve

            reserve(parts)
        return parts

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

    def arrays(self, names: Sequence[str]) -> dict[str, BlockArray]:
        """Return block access to arrays of the product; for one worker."""
        from strun.engine.arrays import FileArray

        found = {name: self.writer.place(name) for name in names}
        return {n: FileArray(self.writer, place) for n, place in found.items() if place}

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
