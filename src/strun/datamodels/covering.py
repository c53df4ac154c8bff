"""The rows of a reference that an exposure needs, from the headers of both models."""

from __future__ import annotations

import logging
from typing import TypeAlias

from strun.blockio.rows import FileRows, MemoryRows, Rows
from strun.blockio.tiles import Tile
from strun.datamodels import subarray
from strun.datamodels.model import JwstDataModel
from strun.datamodels.reference import ReferenceFileModel
from strun.datamodels.stripe_cut import StripeCut, cut_stripes
from strun.datamodels.stripes import Stripes
from strun.errors import InputError, ReferenceFileError

__all__ = ["Covering", "covering_window", "rows_of", "stripes_of"]

log = logging.getLogger("jwst.datamodels.covering")

# fields of `Stripes`, and where they are in meta.subarray
_STRIPES = {"fastaxis": "fastaxis", "slowaxis": "slowaxis", "repeat": "repeat_stripe"}
_STRIPES |= {name: f"multistripe_{name}" for name in ("reads1", "skips1", "reads2", "skips2")}
_STRIPES |= {"interleave": "interleave_reads1", "step": "superstripe_step"}
_STRIPES |= {"count": "num_superstripe"}
_CORNER = ("xstart", "ystart", "xsize", "ysize")

Covering: TypeAlias = Tile | StripeCut
"""Where an exposure lies in a reference: a window, or the lines of its stripes."""


def _name(model: JwstDataModel) -> str:
    return model.file.path if model.file is not None else (model.meta.filename or "the model")


def _placement(model: JwstDataModel, shape: tuple[int, ...]) -> subarray.Placement:
    # a value of another type is wrong, not missing
    value = model.changed_keywords.written
    corner = {word: value(f"meta.subarray.{word}") for word in _CORNER}
    return subarray.Placement(shape, **corner, name=_name(model))


def stripes_of(model: JwstDataModel) -> Stripes | None:
    """Return how an exposure was read out in stripes, None when it was not."""
    where = model.meta.subarray
    if where.multistripe_reads1 is None and not where.num_superstripe:
        return None
    counts = {name: getattr(where, path) or 0 for name, path in _STRIPES.items()}
    return Stripes(**counts, subarray=where.name or "")


def covering_window(
    science: JwstDataModel, reference: ReferenceFileModel, *, array: str
) -> Covering:
    """
    Return the part of a reference's arrays that covers an exposure.

    Parameters
    ----------
    science : JwstDataModel
        The exposure.
    reference : ReferenceFileModel
        The reference.
    array : str
        The array of the reference that it is about.

    Returns
    -------
    Tile or StripeCut
        For `rows_of`.

    Raises
    ------
    InputError, ReferenceFileError
        When a file does not say where it lies, or the reference does not cover the exposure.
    """
    shape, theirs = science.shape, reference.array_shape(array)
    if shape is None or len(shape) < 2:
        raise InputError(f"{_name(science)}: no SCI extension with an image; is it an exposure?")
    if theirs is None:
        raise ReferenceFileError(
            f"{_name(reference)}: no {reference.arrays[array].hdu} extension; is it a "
            f"{reference.reftype.lower()} reference?"
        )
    ours, known = _placement(science, shape), _placement(reference, theirs)
    stripes = stripes_of(science)
    covering: Covering
    if stripes is None or (not stripes.count and _same(ours, known)):
        frame = subarray.full_frame(reference.meta.instrument.name or science.meta.instrument.name)
        covering, warnings = subarray.cut_placement(ours, known, frame=frame)
    else:
        covering = cut_stripes(stripes, ours, reference=known)
        warnings = covering.warnings
    for warning in warnings:
        log.warning(warning)
    return covering


def _same(science: subarray.Placement, reference: subarray.Placement) -> bool:
    """Return whether a reference is of the very same subarray."""
    return (science.xstart, science.ystart, science.shape[-2:]) == (
        reference.xstart,
        reference.ystart,
        reference.shape[-2:],
    )


def rows_of(reference: ReferenceFileModel, name: str, window: Covering) -> Rows | None:
    """Return an array's rows in a window, read when they are asked for; None without the array."""
    hdu = reference.array_hdu(name)
    dtype = reference.arrays[name].dtype
    values = reference.loaded.get(name)
    if hdu is not None and reference.file is not None:
        if isinstance(window, Tile):
            return FileRows(reference.file, hdu, window=window, dtype=dtype)
        values = reference.file.read_array(hdu, dtype)
    if values is None:
        return None
    if isinstance(window, Tile):
        return MemoryRows(values[..., window.rows, window.columns])
    return MemoryRows(window.take(values))
