"""The rows of a reference that an exposure needs, from the headers of both models."""

from __future__ import annotations

import logging

from jwst.blockio.rows import FileRows, MemoryRows, Rows, Window
from jwst.datamodels import subarray
from jwst.datamodels.model import JwstDataModel
from jwst.datamodels.reference import ReferenceFileModel
from jwst.errors import InputError, ReferenceFileError

__all__ = ["covering_window", "rows_of"]

log = logging.getLogger(__name__)


def _name(model: JwstDataModel) -> str:
    return model.file.path if model.file is not None else (model.meta.filename or "the model")


def _place(model: JwstDataModel, shape: tuple[int, ...]) -> subarray.Window:
    where = model.meta.subarray
    return subarray.Window(
        shape, where.xstart, where.ystart, where.xsize, where.ysize, name=_name(model)
    )


def covering_window(science: JwstDataModel, reference: ReferenceFileModel, *, array: str) -> Window:
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
    frame = subarray.full_frame(reference.meta.instrument.name or science.meta.instrument.name)
    cut = subarray.cut_window(_place(science, shape), _place(reference, theirs), frame=frame)
    for warning in cut.warnings:
        log.warning(warning)
    return Window(cut.rows, cut.columns)


def rows_of(reference: ReferenceFileModel, name: str, window: Window) -> Rows | None:
    """Return an array's rows in a window, read when they are asked for; None without the array."""
    hdu = reference.array_hdu(name)
    if hdu is not None and reference.file is not None:
        dtype = reference.arrays[name].dtype
        return FileRows(reference.file, hdu, window=window, dtype=dtype)
    values = reference.loaded.get(name)
    return None if values is None else MemoryRows(values[..., window.rows, window.columns])
