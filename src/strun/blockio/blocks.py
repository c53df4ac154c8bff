"""Cutting an exposure into blocks that fit a byte budget, last axis fastest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["Band", "Plan", "plan"]


class Band(NamedTuple):
    """
    A part of an exposure that one worker corrects.

    Attributes
    ----------
    rows : slice
        Of the image.
    frames : slice
        Of all groups of all integrations, counted through.
    """

    rows: slice
    frames: slice


class Plan(NamedTuple):
    """Bands in order, and how many frames of a band are one block."""

    bands: list[Band]
    frames_per_block: int

    def blocks(self, band: Band) -> Iterator[slice]:
        """Yield the frames of each block of a band."""
        for first in range(band.frames.start, band.frames.stop, self.frames_per_block):
            yield slice(first, min(first + self.frames_per_block, band.frames.stop))


def _cuts(total: int, step: int) -> list[slice]:
    return [slice(first, min(first + step, total)) for first in range(0, total, step)]


def plan(
    shape: tuple[int, int, int],
    row_bytes: int,
    *,
    budget: int,
    workers: int = 1,
    ramp: int | None = None,
) -> Plan:
    """
    Cut an exposure into bands of rows, and small frames into runs of frames.

    Parameters
    ----------
    shape : tuple of int
        Frames (groups times integrations), rows and columns.
    row_bytes : int
        Bytes of one row of one frame of the largest array.
    budget : int
        Bytes that a block of that array may take; one row is always taken.
    workers : int, optional
        At least so many bands are made, where the exposure is large enough.
    ramp : int, optional
        Groups of an integration, when a block must hold all of them and no part of others.

    Returns
    -------
    Plan
        Its bands cover every sample once.
    """
    frames, ny, _ = shape
    together = ramp or 1
    rows = max(1, min(ny, budget // max(1, row_bytes * together)))
    if rows < ny:
        # as many bands for each worker, of about the same size
        each = -(-ny // (rows * max(1, workers)))
        bands = each * max(1, workers)
        rows = -(-ny // bands)
        return Plan([Band(cut, slice(0, frames)) for cut in _cuts(ny, rows)], together)
    frame_bytes = max(1, ny * row_bytes)
    per_block = together if ramp else max(1, budget // frame_bytes)
    blocks = -(-frames // per_block)
    per_band = -(-blocks // max(1, workers)) * per_block
    if not frames:
        return Plan([Band(slice(0, ny), slice(0, 0))], per_block)
    return Plan([Band(slice(0, ny), cut) for cut in _cuts(frames, per_band)], per_block)
