"""Flags of a reference by tiles, as standard flags."""

from __future__ import annotations

import copy

import numpy as np
from numpy.typing import NDArray

from strun.blockio.rows import Rows
from strun.blockio.tiles import Tile
from strun.datamodels.covering import Covering, rows_of
from strun.datamodels.dqdef import Decoder
from strun.datamodels.reference import ReferenceFileModel


class Flags:
    """
    Standard flags of a reference, decoded when they are read.

    Parameters
    ----------
    rows : Rows or None
        (rows, columns), uint32, as the reference writes them; None for no flags.
    decoder : Decoder
        What the bits mean.
    """

    def __init__(self, rows: Rows | None, decoder: Decoder) -> None:
        self.rows = rows
        self.decoder = decoder

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of all of them; empty without any."""
        return () if self.rows is None else self.rows.shape

    def own(self) -> Flags:
        """Return the same flags for another worker."""
        mine = copy.copy(self)
        mine.rows = None if self.rows is None else self.rows.own()
        return mine

    def read(self, tile: Tile) -> NDArray[np.uint32]:
        """Return the standard flags of a tile."""
        if self.rows is None:
            return np.zeros(tile.shape, np.uint32)
        return self.decoder.decode(self.rows.read(tile))


def flags_of(reference: ReferenceFileModel, window: Covering) -> Flags:
    """Return the flags of a reference in a window; none without a DQ."""
    # flags in memory have been decoded when they were read
    decoder = reference.decoder() if reference.array_hdu("dq") else Decoder(None)
    return Flags(rows_of(reference, "dq", window) if reference.has_array("dq") else None, decoder)
