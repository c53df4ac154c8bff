"""A product being made: its layout, the copy of what does not change, and its arrays."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jwst.blockio.copying import BackgroundCopy
    from jwst.blockio.writer import ProductWriter
    from jwst.datamodels.model import JwstDataModel
    from jwst.stpipe.arrays import BlockArray

__all__ = ["Product"]


class Product:
    """A product being made: its layout, and the copy of what does not change."""

    def __init__(self, fd: int, model: JwstDataModel, changed: frozenset[str]) -> None:
        self.fd = fd
        self.model = model
        self.changed = changed
        self.copy: BackgroundCopy | None = None
        self.begin()

    def begin(self) -> None:
        """Lay the product out and start the copy."""
        from jwst.blockio.writer import ProductWriter

        self._state = self._keywords()
        self.writer: ProductWriter = ProductWriter(self.fd, self.model.parts(), self.model.file)
        self.copy = self.writer.copy_raw(but=self.changed)

    def _keywords(self) -> tuple[object, ...]:
        """Return what the headers depend on, besides the input."""
        values = self.model.changed_keywords
        return dict(values.changed), dict(values.own), set(self.model.loaded)

    def refresh(self) -> None:
        """Take over keywords that were set since; begin again if they need more room."""
        from jwst.blockio.parts import places

        if self._keywords() == self._state:
            return
        new, _ = places(self.model.parts())
        old = self.writer.places
        same = [(p.header_offset, p.data_offset, p.size) for p in old] == [
            (p.header_offset, p.data_offset, p.size) for p in new
        ]
        if same:
            self.writer.places = new
            return
        self.stop()
        os.ftruncate(self.fd, 0)
        self.begin()

    def set_keywords(self, values: Mapping[str, str]) -> None:
        """Give keywords of the primary header other values of the same length."""
        header = self.writer.places[0].part.header
        for keyword, value in values.items():
            header.set(keyword, value)

    def arrays(self, names: Sequence[str]) -> dict[str, BlockArray]:
        """Return block access to arrays of the product; for one worker."""
        from jwst.stpipe.arrays import FileArray

        found = {name: self.writer.place(name) for name in names}
        return {n: FileArray(self.writer, place) for n, place in found.items() if place}

    def finish(self, corrected: Sequence[str]) -> None:
        """Write all that the correction did not, and the headers."""
        from jwst.blockio.copying import copy_range

        for place in self.writer.places:
            name = place.part.name
            if name in corrected:
                continue
            if not place.part.raw:
                self.writer.write_values(place)
            elif name in self.changed and self.writer.file is not None:
                todo = place.copied
                while todo.size:
                    todo = copy_range(self.writer.file.fd, self.fd, todo)
        self.writer.write_headers()
        if self.copy is not None:
            self.copy.finish()

    def stop(self) -> None:
        """Stop copying."""
        if self.copy is not None:
            self.copy.stop()
