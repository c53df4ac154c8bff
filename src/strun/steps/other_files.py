"""Files of other formats than FITS that a step makes beside its products."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from strun.engine.arrays import OutputArray


class OtherFile(Protocol):
    """
    A file of another format than FITS, made of what a correction has found out of an exposure.

    Attributes
    ----------
    path : str
        Where it appears.
    replaces : str
        The parameter, without its sections, whose file it may take the place of.
    result : str
        Name of its array among the `results` of a block.
    array : OutputArray
        Which blocks store into.
    """

    path: str
    replaces: str
    result: str
    array: OutputArray

    @property
    def size(self) -> int:
        """Its bytes, at least."""

    def write(self, fd: int) -> None:
        """Write it to an empty file, when all blocks are stored."""

    def differences(self) -> Iterator[str]:
        """Yield in what the file that is there is not one that the run would leave."""


def arrays_of(files: Iterable[OtherFile]) -> dict[str, OutputArray]:
    """Return the arrays of files by their names among the results of blocks."""
    return {file.result: file.array for file in files}
