"""The border of reference pixels of a detector, as far as an exposure has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from strun.datamodels.required import required
from strun.datamodels.subarray import full_frame

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel

REFERENCE_WIDTH = 4
"""Rows and columns of reference pixels at each edge; MIRI has no such rows."""


class Border(NamedTuple):
    """How many rows and columns of an exposure are reference pixels: the first, the last."""

    rows: tuple[int, int]
    columns: tuple[int, int]


def corner_of(model: JwstDataModel) -> tuple[int, int]:
    """
    Return row and column of the detector that an exposure begins at, counted from 0.

    Raises
    ------
    InputError
        When the header does not say it.
    """
    why = "the exposure's place on the detector"
    row, column = (required(model, f"meta.subarray.{word}", why) for word in ("ystart", "xstart"))
    return row - 1, column - 1


def border_of(model: JwstDataModel) -> Border:
    """
    Return the rows and columns of reference pixels of an exposure.

    Raises
    ------
    InputError
        When its place on the detector is unknown.
    """
    instrument = model.meta.instrument.name
    frame = full_frame(instrument)
    assert model.shape is not None  # the exposure has been opened
    rows, columns = (
        (max(0, REFERENCE_WIDTH - first), max(0, first + size - (all_of_it - REFERENCE_WIDTH)))
        for first, size, all_of_it in zip(corner_of(model), model.shape[-2:], frame, strict=True)
    )
    return Border((0, 0) if (instrument or "").upper() == "MIRI" else rows, columns)
