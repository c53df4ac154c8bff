"""The rows of a reference that an exposure needs, and its flags, from both headers."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from strun.blockio.rows import FileRows, MemoryRows, Rows
from strun.blockio.tiles import Tile
from strun.datamodels import subarray
from strun.datamodels.dqdef import Decoder
from strun.datamodels.model import JwstDataModel
from strun.datamodels.reference import ReferenceFileModel
from strun.errors import InputError, ReferenceFileError, ReferenceMismatchError

if TYPE_CHECKING:
    from strun.datamodels.stripes import StripeCut, Stripes

log = logging.getLogger("jwst.datamodels.covering")

# fields of `Stripes`, and where they are in meta.subarray
_STRIPES = {"fastaxis": "fastaxis", "slowaxis": "slowaxis", "repeat": "repeat_stripe"}
_STRIPES |= {name: f"multistripe_{name}" for name in ("reads1", "skips1", "reads2", "skips2")}
_STRIPES |= {"interleave": "interleave_reads1", "step": "superstripe_step"}
_STRIPES |= {"count": "num_superstripe"}
_CORNER = ("xstart", "ystart", "xsize", "ysize")

Covering: TypeAlias = "Tile | StripeCut"
"""Where an exposure lies in a reference: a window, or the lines of its stripes."""


def _placement(model: JwstDataModel, shape: tuple[int, ...]) -> subarray.Placement:
    # a value of another type is wrong, not missing
    value = model.changed_keywords.written
    corner = {word: value(f"meta.subarray.{word}") for word in _CORNER}
    return subarray.Placement(shape, **corner, name=model.label)


def stripes_of(model: JwstDataModel) -> Stripes | None:
    """Return how an exposure was read out in stripes, None when it was not."""
    where = model.meta.subarray
    if where.multistripe_reads1 is None and not where.num_superstripe:
        return None
    from strun.datamodels.stripes import Stripes

    counts = {name: getattr(where, path) or 0 for name, path in _STRIPES.items()}
    return Stripes(**counts, subarray=where.name or "")


def require_image(science: JwstDataModel) -> tuple[int, ...]:
    """Return the shape of an exposure; InputError when there is none in the file."""
    shape = science.shape
    if shape is None or len(shape) < 2:
        raise InputError(f"{science.label}: no SCI extension with an image; is it an exposure?")
    return shape


def _array_shape(reference: ReferenceFileModel, array: str) -> tuple[int, ...]:
    """Return the shape of an array of a reference, whose flags must be as large."""
    shape, unit = reference.array_shape(array), reference.arrays[array].hdu
    if shape is None:
        raise ReferenceFileError(
            f"{reference.label}: no {unit} extension; is it a {reference.reftype.lower()} "
            "reference?"
        )
    flags = reference.array_shape("dq") if "dq" in reference.arrays else None
    if flags is not None and flags[-2:] != shape[-2:]:
        raise ReferenceFileError(
            f"{reference.label}: DQ is {flags[-2:]} and {unit} {shape[-2:]} (rows, columns), "
            "expected equal sizes"
        )
    return shape


def covering_window(
    science: JwstDataModel, reference: ReferenceFileModel, *, array: str
) -> Covering:
    """
    Return the part of a reference's arrays that covers an exposure, for `rows_of`.

    `array` is the one that it is about. Raises InputError or ReferenceFileError when a file does
    not say where it lies, and ReferenceMismatchError when the reference does not cover the
    exposure.
    """
    shape, theirs = require_image(science), _array_shape(reference, array)
    ours, known = _placement(science, shape), _placement(reference, theirs)
    stripes = stripes_of(science)
    covering: Covering
    if stripes is None or (not stripes.count and ours.window == known.window):
        frame = subarray.full_frame(reference.meta.instrument.name or science.meta.instrument.name)
        covering, warnings = subarray.cut_placement(ours, known, frame=frame)
    else:
        from strun.datamodels.stripes import cut_stripes

        covering = cut_stripes(stripes, ours, reference=known)
        warnings = covering.warnings
    for warning in warnings:
        log.warning(warning)
    return covering


def same_window(science: JwstDataModel, reference: ReferenceFileModel) -> Tile:
    """
    Return all rows and columns of a reference that is never cut: it must be of the very subarray.

    Raises ReferenceMismatchError when it is of another size or place (a full frame is not cut to a
    subarray, whose signal is another one), and as `covering_window` does.
    """
    ours, theirs = require_image(science), _array_shape(reference, "data")
    places = (_placement(science, ours), _placement(reference, theirs))
    corners = [(place.xstart, place.ystart) for place in places]
    moved = None not in corners[0] + corners[1] and corners[0] != corners[1]
    if ours[-2:] != theirs[-2:] or moved:
        raise ReferenceMismatchError(
            f"{reference.label} is of {_place(theirs, corners[1])}; {science.label} of "
            f"{_place(ours, corners[0])}: a {reference.reftype.lower()} reference is not cut, give "
            "one of this subarray"
        )
    return Tile(slice(0, theirs[-2]), slice(0, theirs[-1]))


def _place(shape: tuple[int, ...], corner: tuple[Any, Any]) -> str:
    known = "" if None in corner else f"corner ({corner[0]}, {corner[1]}), "
    return f"{known}{shape[-1]} columns x {shape[-2]} rows"


def rows_of(reference: ReferenceFileModel, name: str, window: Covering) -> Rows:
    """Return the rows in a window of an array that is there, read when they are asked for."""
    hdu = reference.array_hdu(name)
    dtype = reference.arrays[name].dtype
    values = reference.loaded.get(name)
    if hdu is not None and reference.file is not None:
        if isinstance(window, Tile):
            return FileRows(reference.file, hdu, window=window, dtype=dtype)
        values = reference.file.read_array(hdu, dtype)
    assert values is not None  # whoever may have no such array asks first
    if isinstance(window, Tile):
        return MemoryRows(values[..., window.rows, window.columns])
    return MemoryRows(window.take(values))


class Flags:
    """Standard flags of a reference, decoded when they are read; without `rows` there are none."""

    def __init__(self, rows: Rows | None, decoder: Decoder) -> None:
        self.rows = rows
        self.decoder = decoder

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of all of them; empty without any."""
        return () if self.rows is None else self.rows.shape

    def own(self) -> Flags:
        """Return the same flags for another worker."""
        return Flags(None if self.rows is None else self.rows.own(), self.decoder)

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
