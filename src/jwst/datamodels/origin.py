"""What a model is made from: a file, a shape, an array, or another model."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from jwst.blockio.source import FitsFile
from jwst.datamodels import product
from jwst.datamodels.times import now
from jwst.errors import InputError

if TYPE_CHECKING:
    from jwst.datamodels.model import JwstDataModel

__all__ = ["begin", "share"]

_KIND, _NAME = "meta.model_type", "meta.filename"


def begin(model: JwstDataModel, init: Any) -> None:  # noqa: ANN401 - whatever users give
    """
    Fill a new model, in place.

    Raises
    ------
    InputError
        When `init` cannot be read, has the wrong number of axes, or is of no usable kind.
    """
    model.changed_keywords.implied[_KIND] = type(model).__name__
    if init is None:
        _stamp(model)
    elif isinstance(init, FitsFile):
        _read_from(model, init)
    elif isinstance(init, str | os.PathLike):
        _read_from(model, FitsFile.open(init))
    elif isinstance(init, tuple):
        _fill(model, init)
    elif hasattr(init, "writeto"):
        model.file = product.from_hdulist(init)
    elif hasattr(init, "dtype") and model.arrays:
        _take(model, init)
    else:
        raise InputError(
            f"a {type(model).__name__} cannot be made from a {type(init).__name__}; give a "
            "file name, a shape, an array, an HDUList or a model"
        )


def share(model: JwstDataModel, other: JwstDataModel) -> None:
    """Make a new model of the file, the arrays and the metadata of another, in place."""
    known = {*model.arrays, *model.tables}
    model.file = other.file
    model.closed = other.closed
    model.headers = other.headers
    model.loaded = {name: values for name, values in other.loaded.items() if name in known}
    for name, values in model.loaded.items():
        if name in model.arrays and values is not None:
            setattr(model, name, values)
    ours, theirs = model.changed_keywords, other.changed_keywords
    ours.changed.update(theirs.changed)
    ours.extra.update(theirs.extra)
    ours.implied.update(theirs.implied)
    ours.own.update(theirs.own)
    ours.implied[_KIND] = type(model).__name__
    if _KIND in ours.changed:
        ours.changed[_KIND] = type(model).__name__


def _stamp(model: JwstDataModel) -> None:
    model.meta.model_type = type(model).__name__
    model.meta.date = now()


def _read_from(model: JwstDataModel, file: FitsFile) -> None:
    model.file = file
    # a file may have been renamed since its header was written
    model.changed_keywords.implied[_NAME] = os.path.basename(file.path)


def _take(model: JwstDataModel, values: Any) -> None:  # noqa: ANN401 - any array
    _stamp(model)
    setattr(model, model.get_primary_array_name(), values)
    for name in model.required:
        model.loaded[name] = model.get_default(name)


def _fill(model: JwstDataModel, shape: tuple[int, ...]) -> None:
    spec = model.arrays.get(model.get_primary_array_name())
    if spec is None or (spec.ndim is not None and len(shape) != spec.ndim):
        raise InputError(
            f"a {type(model).__name__} cannot have the shape {shape}: "
            f"{spec.ndim if spec else 'no'} axes expected"
        )
    import numpy as np

    _take(model, np.zeros(shape, spec.dtype))
