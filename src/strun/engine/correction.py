"""What a step hands to the engine: a correction of blocks of an exposure."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from strun.blockio.tiles import Tile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from strun.engine.arrays import FrameArray

Counts = Mapping[str, Any]

BY_PIXEL = ("pixeldq", "dq", "average_dark_current")
"""Arrays of one value a pixel (or a plane for each superstripe)."""
BY_GROUP = ("data", "err", "groupdq", "var_poisson", "var_rnoise")
"""Arrays of one value a group and pixel."""
BY_INTEGRATION = ("zeroframe",)
"""Arrays of one value an integration and pixel."""


class Block:
    """
    A tile of some groups of an exposure, in native byte order.

    Arrays that no correction of the run changes or reads are None.

    Attributes
    ----------
    tile : Tile
        Rows and columns of the image that the arrays cover, the halo included.
    core : tuple of slice
        Rows and columns of the arrays that are stored: a correction counts only these.
    groups : slice
        Groups of all integrations, counted through.
    ngroups : int
        Groups of an integration.
    data, err : ndarray of float32
        (groups, rows, columns), in DN.
    groupdq : ndarray of uint8
        (groups, rows, columns).
    var_poisson, var_rnoise : ndarray of float32
        (integrations, rows, columns), variances of count rates.
    pixeldq, dq : ndarray of uint32
        (rows, columns), or (stripes, rows, columns) for superstripe exposures.
    average_dark_current : ndarray of float32
        (rows, columns), in electrons per second.
    zeroframe : ndarray of float32
        (integrations, rows, columns), in DN.
    results : dict of str to ndarray
        (..., rows, columns) of the core: arrays of other products, which a correction puts here by
        the names of its `results` and later ones may change.
    """

    __slots__ = (
        "average_dark_current",
        "core",
        "data",
        "dq",
        "err",
        "groupdq",
        "groups",
        "ngroups",
        "pixeldq",
        "results",
        "tile",
        "var_poisson",
        "var_rnoise",
        "zeroframe",
    )

    def __init__(
        self,
        tile: Tile,
        groups: slice,
        *,
        ngroups: int = 1,
        core: Tile | None = None,
        results: dict[str, NDArray[Any]] | None = None,
        **arrays: NDArray[Any],
    ) -> None:
        self.tile = tile
        self.results = {} if results is None else results
        self.core = (core or tile).inside(tile)
        self.groups = groups
        self.ngroups = ngroups
        self.data: Any = arrays.get("data")
        self.err: Any = arrays.get("err")
        self.groupdq: Any = arrays.get("groupdq")
        self.var_poisson: Any = arrays.get("var_poisson")
        self.var_rnoise: Any = arrays.get("var_rnoise")
        self.pixeldq: Any = arrays.get("pixeldq")
        self.dq: Any = arrays.get("dq")
        self.average_dark_current: Any = arrays.get("average_dark_current")
        self.zeroframe: Any = arrays.get("zeroframe")

    @property
    def rows(self) -> slice:
        """Rows of the image."""
        return self.tile.rows

    @property
    def integration(self) -> int:
        """Number of the integration that the first group belongs to, from 0."""
        return int(self.groups.start) // self.ngroups

    def each_group(self) -> Iterator[tuple[int, int, int]]:
        """Yield the index in the block, the integration and the group of each group, from 0."""
        for index, number in enumerate(range(self.groups.start, self.groups.stop)):
            yield index, *divmod(number, self.ngroups)


class Correction:
    """
    Corrects an exposure block by block.

    A subclass holds what it needs of the references and the parameters, and changes the arrays
    of a block in place. It must not change itself: blocks come in any order, to several workers,
    of any size. What `at` returns serves one tile, whose blocks come in order of their groups.

    Attributes
    ----------
    changes : tuple of str
        Names of the arrays that it rewrites: those of `BY_PIXEL`, `BY_GROUP`, `BY_INTEGRATION`.
    reads : tuple of str
        Names of the arrays that it only looks at.
    results : tuple of str
        Names of the arrays of other products that `samples` puts into a block's `results`.
    halo : int
        Rows and columns that it looks at beyond those that it must get right.
    whole_ramp : bool
        True when each block that `samples` is given must be one integration, with all groups.
    whole_exposure : bool
        True when the block that `samples` is given must be all integrations of the tile.
    has_finish : bool
        True when `finish` sets flags of pixels that depend on the samples of all groups.
    whole_frames : bool
        True when `frames` looks at whole groups once all blocks are corrected. What comes after
        gets the exposure in another pass.
    heavy : bool
        True when its arithmetic pays for several workers.
    planes : float
        Values of four bytes that the correction of a tile holds for each pixel of it, at most:
        for the prediction of memory.
    frame_planes : float
        The same for `frames`, for each pixel of the image.
    held : int
        Bytes that it holds, or leaves, for the whole image, at most.
    status : str
        What the product says of the step: COMPLETE, or SKIPPED when it leaves the samples alone.
    reserved : tuple of str
        Metadata that only the whole exposure gives a value, by path: the room for their keywords
        in the header is kept while blocks are written, `keywords` fills it.
    """

    changes: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    halo: int = 0
    whole_ramp: bool = False
    whole_exposure: bool = False
    has_finish: bool = False
    whole_frames: bool = False
    heavy: bool = True
    planes: float = 0
    frame_planes: float = 0
    held: int = 0
    status: str = "COMPLETE"
    reserved: tuple[str, ...] = ()

    def edges(self, image: tuple[int, int]) -> Sequence[Tile]:
        """Return the tiles that `surveyed` must see before the first block is corrected."""
        return ()

    def surveyed(self, integrations: Iterator[list[Block]]) -> Correction:
        """
        Return the correction that knows what the survey found.

        Parameters
        ----------
        integrations : iterator of list of Block
            For each integration in order, a block for each tile of `edges`, with all of its
            groups, as the corrections before this one leave them.
        """
        return self

    def own(self) -> Self:
        """Return the same correction for another worker, with buffers of its own."""
        mine = copy.copy(self)
        for name, value in vars(self).items():
            if hasattr(value, "own"):
                setattr(mine, name, value.own())
        return mine

    def at(self, tile: Tile) -> Correction:
        """Return the correction of a tile; a place to prepare what all groups share."""
        return self

    def revised(self, totals: Mapping[str, Any]) -> Correction | None:
        """
        Return the correction that would have been right, when what was counted says so.

        For what only the whole frame tells, and is nearly always what a survey of a part of it
        says: the exposure is then corrected once more.
        """
        return None

    def frames(self, arrays: Mapping[str, FrameArray]) -> Counts | None:
        """
        Correct whole groups, when all blocks are corrected.

        Parameters
        ----------
        arrays : mapping
            By name, as the blocks left them, those that this correction and the ones before it
            change, and somebody looks at later; they are loaded and stored by tiles.
        """
        return None

    def concluded(self, totals: dict[str, Any]) -> dict[str, Any]:
        """Return what was counted in all, from the sum of what the blocks counted."""
        return totals

    def missing_results(self, totals: Mapping[str, Any]) -> str | None:
        """Return why there is nothing to put into other products; None when there is."""
        return None

    def keywords(self, totals: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the values of the `reserved` metadata, None for one that is to be left out."""
        return {}

    def pixels(self, block: Block) -> Counts | None:
        """Correct the arrays of one value a pixel, before the samples of the tile."""
        return None

    def samples(self, block: Block) -> Counts | None:
        """Correct the arrays of one value a group and pixel."""
        return None

    def zeroframe(self, block: Block) -> Counts | None:
        """Correct the zero frames, one for each integration."""
        return None

    def finish(self, block: Block) -> Counts | None:
        """Set flags of pixels that depend on the samples; after all groups of the tile."""
        return None
