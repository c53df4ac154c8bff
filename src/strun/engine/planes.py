"""Planes of a reference that several integrations need, on one tile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray

KEPT_BYTES = 8 << 20
"""Bytes that are kept for a tile at most: what does not fit is read again."""


class KeptPlanes:
    """
    Planes (rows, columns) by number, made once for a tile while there is room for them.

    Without `keep` each is made anew: for exposures that ask for each once.
    """

    def __init__(self, make: Callable[[int], NDArray[Any]], *, keep: bool = True) -> None:
        self._make = make
        self._room = KEPT_BYTES if keep else 0
        self._kept: dict[int, NDArray[Any]] = {}

    def __getitem__(self, number: int) -> NDArray[Any]:
        found = self._kept.get(number)
        if found is None:
            found = self._make(number)
            if found.nbytes <= self._room:
                self._room -= found.nbytes
                self._kept[number] = found
        return found
