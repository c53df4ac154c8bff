"""What a model is made from: a file, a shape, an array, or another model."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from strun.blockio.source import FitsFile
from strun.datamodels import product
from strun.datamodels.times import now
from strun.errors import InputError, InputKindError

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel

__all__ = ["begin", "is_foreign", "share"]

_KIND, _NAME, _DATE = "meta.model_type", "meta.filename", "meta.date"


def begin(model: JwstDataModel, init: Any) -> None:  # noqa: ANN401 - whatever users give
    """
    Fill a new model, in place.

    Raises
    ------
    InputError
        When `init` cannot be read, has the wrong number of axes, or is of no usable kind
        (InputKindError).
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
        _read_from(model, product.from_hdulist(init))
    elif hasattr(init, "dtype") and model.arrays:
        _take(model, init)
    elif isinstance(init, dict):
        _grow(model, init)
    elif is_foreign(init):
        _grow(model, {})
        _adopt(model, init)
    else:
        raise InputKindError(
            f"a {type(model).__name__} cannot be made from a {type(init).__name__}; give a "
            "file name, a shape, an array, an HDUList, a dict or a model"
        )


def is_foreign(init: object) -> bool:
    """Return whether something is a model of stdatamodels, by what it can do."""
    return not isinstance(init, type) and all(
        hasattr(init, name) for name in ("crds_observatory", "to_flat_dict", "save")
    )


def share(model: JwstDataModel, other: JwstDataModel) -> None:
    """Make a new model of the file, the arrays and the metadata of another, in place."""
    known = {*model.arrays, *model.tables}
    model.file = other.file
    model.loaded = {name: values for name, values in other.loaded.items() if name in known}
    for name, values in model.loaded.items():
        if name in model.arrays and values is not None:
            setattr(model, name, values)
    for name, value in other.__dict__.items():
        if name not in model.__dict__ and not name.startswith("_"):
            model.__dict__[name] = value
    model.share_cards(other)
    ours, theirs = model.changed_keywords, other.changed_keywords
    for mine, others in (
        (ours.changed, theirs.changed),
        (ours.extra, theirs.extra),
        (ours.implied, theirs.implied),
        (ours.own, theirs.own),
    ):
        mine.update(others)
    ours.implied[_KIND] = type(model).__name__
    if _KIND in ours.changed:
        ours.changed[_KIND] = type(model).__name__


def _stamp(model: JwstDataModel) -> None:
    model.meta.model_type = type(model).__name__
    model.meta.date = now()


def _read_from(model: JwstDataModel, file: FitsFile) -> None:
    model.file = file
    if file.path != product.NAMELESS:
        # a file may have been renamed since its header was written
        model.changed_keywords.implied[_NAME] = os.path.basename(file.path)
    if file.hdus[0].header.get("DATE") is None:
        model.changed_keywords.implied[_DATE] = now()


def _take(model: JwstDataModel, values: Any) -> None:  # noqa: ANN401 - any array
    _stamp(model)
    setattr(model, model.get_primary_array_name(), values)


def _fill(model: JwstDataModel, shape: tuple[int, ...]) -> None:
    spec = model.arrays.get(model.get_primary_array_name())
    if not all(hasattr(length, "__index__") for length in shape):
        raise InputError(f"a {type(model).__name__} of shape {shape}: expected a tuple of ints")
    if spec is None or (spec.ndim is not None and len(shape) != spec.ndim):
        raise InputError(
            f"a {type(model).__name__} cannot have the shape {shape}: "
            f"{spec.ndim if spec else 'no'} axes expected"
        )
    import numpy as np

    _take(model, np.zeros(shape, spec.dtype))


def _grow(model: JwstDataModel, tree: dict[str, Any]) -> None:
    """Fill a model with a tree of arrays and metadata, as ``{"data": ..., "meta": {...}}``."""
    _stamp(model)
    for name, value in tree.items():
        if name == "meta":
            for path, each in product.flat(value, "meta"):
                model.changed_keywords.set(path, each)
        else:
            setattr(model, name, value)


def _adopt(model: JwstDataModel, other: Any) -> None:  # noqa: ANN401 - a model of stdatamodels
    """Take over arrays, shared, tables and metadata of a model of another library."""
    for path, value in other.to_flat_dict(include_arrays=False).items():
        if path.startswith("meta.") and path != _KIND:
            model.changed_keywords.set(path, value)
    for name in (*model.arrays, *model.tables):
        values = getattr(other, name, None)
        if values is not None:
            setattr(model, name, values)
