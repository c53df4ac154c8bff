"""What a step hands to the framework: a correction of blocks of an exposure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Block", "Correction", "Counts"]

Counts = Mapping[str, Any]


class Block:
    """
    Some rows of some frames of an exposure, in native byte order.

    Arrays that the correction neither changes nor reads are None.

    Attributes
    ----------
    rows : slice
        Rows of the image.
    frames : slice
        Frames: groups of all integrations, counted through.
    ngroups : int
        Groups of an integration.
    data, err : ndarray of float32
        (frames, rows, columns), in DN.
    groupdq : ndarray of uint8
        (frames, rows, columns).
    pixeldq, dq : ndarray of uint32
        (rows, columns), or (stripes, rows, columns) for superstripe exposures.
    zeroframe : ndarray of float32
        (integrations, rows, columns), in DN.
    """

    __slots__ = (
        "data",
        "dq",
        "err",
        "frames",
        "groupdq",
        "ngroups",
        "pixeldq",
        "rows",
        "zeroframe",
    )

    def __init__(
        self, rows: slice, frames: slice, *, ngroups: int = 1, **arrays: NDArray[Any]
    ) -> None:
        self.rows = rows
        self.frames = frames
        self.ngroups = ngroups
        self.data: Any = arrays.get("data")
        self.err: Any = arrays.get("err")
        self.groupdq: Any = arrays.get("groupdq")
        self.pixeldq: Any = arrays.get("pixeldq")
        self.dq: Any = arrays.get("dq")
        self.zeroframe: Any = arrays.get("zeroframe")


class Correction:
    """
    Corrects an exposure block by block.

    A subclass holds what it needs of the references and the parameters, and changes the arrays
    of a block in place. It must be picklable and must not change itself: blocks come in any
    order, to several workers, of any size.

    Attributes
    ----------
    changes : tuple of str
        Names of the arrays that it rewrites: data, err, groupdq, pixeldq, dq, zeroframe.
    reads : tuple of str
        Names of the arrays that it only looks at.
    whole_ramp : bool
        True when `samples` must see all groups of an integration at once.
    heavy : bool
        True when its arithmetic pays for several workers.
    planes : float
        Values of four bytes that the correction of a band holds for each pixel of it, at most:
        for the prediction of memory.
    """

    changes: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    whole_ramp: bool = False
    heavy: bool = True
    planes: float = 0

    def own(self) -> Correction:
        """Return the same correction for another worker: a place to keep buffers."""
        return self

    def at(self, rows: slice) -> Correction:
        """Return the correction of these rows; a place to prepare what all frames share."""
        return self

    def concluded(self, totals: dict[str, Any]) -> dict[str, Any]:
        """Return what was counted in all, from the sum of what the blocks counted."""
        return totals

    def pixels(self, block: Block) -> Counts | None:
        """Correct the arrays of one value a pixel (pixeldq, dq); called once for all rows."""
        return None

    def samples(self, block: Block) -> Counts | None:
        """Correct the arrays of one value a frame and pixel (data, err, groupdq)."""
        return None

    def zeroframe(self, block: Block) -> Counts | None:
        """Correct the zero frames, one for each integration."""
        return None
