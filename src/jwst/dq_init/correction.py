"""The flags of a mask on blocks of an exposure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jwst.dq_init.flagging import do_not_use, flag_groups, flag_pixels, flag_superstripes
from strun.blockio.tiles import Tile
from strun.datamodels.covering import Flags
from strun.engine.correction import Block, Correction, Counts


class MaskCorrection(Correction):
    """
    Sets the flags of a mask in PIXELDQ (or DQ), and DO_NOT_USE in GROUPDQ.

    The mask is (rows, columns), or (stripes, rows, columns) for superstripes; standard flags of the
    user are of its shape. A guider has a DQ in place of PIXELDQ and GROUPDQ.
    """

    heavy = False
    # as read, as raw bytes, decoded, and DO_NOT_USE as bytes
    planes = 3.25

    def __init__(
        self,
        mask: Flags,
        *,
        guider: bool,
        user_dq: NDArray[np.uint32] | None = None,
    ) -> None:
        self.mask = mask
        self.user_dq = user_dq
        self.changes = ("dq",) if guider else ("pixeldq", "groupdq")

    def at(self, tile: Tile) -> Correction:
        """Return the correction of a tile, with its flags decoded."""
        flags = self.mask.read(tile)
        if self.user_dq is not None:
            # the reference's own array must not change
            flags = flags | self.user_dq[..., tile.rows, tile.columns]
        return _MaskTile(flags, self.changes)


class _MaskTile(Correction):
    """The flags of a tile."""

    heavy = False

    def __init__(self, flags: NDArray[np.uint32], changes: tuple[str, ...]) -> None:
        self.flags = flags
        self.changes = changes
        self.do_not_use = do_not_use(flags)

    def pixels(self, block: Block) -> Counts | None:
        """Set the flags of the pixels."""
        target = block.dq if block.pixeldq is None else block.pixeldq
        # the only superstripe of an exposure comes as an image
        flags = self.flags[0] if self.flags.ndim > target.ndim else self.flags
        return flag_pixels(target, flags, core=block.core)

    def samples(self, block: Block) -> Counts | None:
        """Set DO_NOT_USE in every group of the pixels that have it."""
        if self.do_not_use.ndim == 2:
            flag_groups(block.groupdq, self.do_not_use)
        else:
            flag_superstripes(
                block.groupdq, self.do_not_use, first=block.groups.start, ngroups=block.ngroups
            )
        return None
