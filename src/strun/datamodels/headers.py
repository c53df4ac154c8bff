"""The headers of a model's file, by the names of its units."""

from __future__ import annotations

from strun.blockio.cards import Header
from strun.blockio.source import FitsFile

__all__ = ["Headers"]


class Headers:
    """
    Headers by name, looked for in the file once.

    They are apart from the model, so that its metadata tree does not keep the model alive.

    Attributes
    ----------
    file : FitsFile or None
        Where those are that were not asked for yet.
    """

    def __init__(self) -> None:
        self.file: FitsFile | None = None
        self._known: dict[str, Header | None] = {}

    def get(self, hdu: str) -> Header | None:
        """Return the header of a unit by its name (PRIMARY for the first), None without it."""
        if hdu not in self._known and self.file is not None:
            found = self.file.hdus[0] if hdu == "PRIMARY" else self.file.find(hdu)
            self._known[hdu] = None if found is None else found.header
        return self._known.get(hdu)
