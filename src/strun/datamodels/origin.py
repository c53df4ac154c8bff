"""What a model is made from: a file, a shape, an array, or another model."""

from __future__ import annotations

import copy as copying
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from strun.blockio.source import FitsFile
from strun.blockio.values import now
from strun.datamodels.contents import Contents
from strun.datamodels.keywords import table
from strun.datamodels.meta import Meta, flat
from strun.errors import FitsError, InputError, InputKindError

if TYPE_CHECKING:
    from astropy.io.fits import HDUList

_NAMELESS = "<HDUList>"

_KIND, _NAME, _DATE = "meta.model_type", "meta.filename", "meta.date"


def from_hdulist(hdulist: HDUList) -> FitsFile:
    """Return an opened FITS file with the contents of an HDUList."""
    import io

    stream = io.BytesIO()
    try:
        hdulist.writeto(stream, output_verify="silentfix")
    except (OSError, ValueError, TypeError) as err:
        raise FitsError(f"the HDUList cannot be written as FITS ({err})") from err
    return FitsFile.from_bytes(stream.getvalue(), path=hdulist.filename() or _NAMELESS)


def begin(model: Contents, init: Any) -> None:  # noqa: ANN401 - whatever users give
    """
    Fill a new model, in place.

    Raises InputError when `init` cannot be read, has the wrong number of axes, or is of no usable
    kind (InputKindError).
    """
    model.changed_keywords.implied[_KIND] = type(model).__name__
    if init is None:
        _set_kind_and_date(model)
    elif isinstance(init, FitsFile):
        _read_from(model, init)
    elif isinstance(init, str | os.PathLike):
        _read_from(model, FitsFile.open(init))
    elif isinstance(init, tuple):
        _fill_with_zeros(model, init)
    elif hasattr(init, "writeto"):
        _read_from(model, from_hdulist(init))
    elif hasattr(init, "dtype") and model.arrays:
        _set_main_array(model, init)
    elif isinstance(init, dict):
        _fill_from_tree(model, init)
    elif is_foreign(init):
        _fill_from_tree(model, {})
        _take_foreign(model, init)
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


def share(model: Contents, other: Contents) -> None:
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
    for name in ("changed", "extra", "implied", "own"):
        getattr(ours, name).update(getattr(theirs, name))
    ours.implied[_KIND] = type(model).__name__
    if _KIND in ours.changed:
        ours.changed[_KIND] = type(model).__name__


def _set_kind_and_date(model: Contents) -> None:
    model.meta.model_type = type(model).__name__
    model.meta.date = now()


def _read_from(model: Contents, file: FitsFile) -> None:
    model.file = file
    if file.path != _NAMELESS:
        # a file may have been renamed since its header was written
        model.changed_keywords.implied[_NAME] = os.path.basename(file.path)
    if file.hdus[0].header.get("DATE") is None:
        model.changed_keywords.implied[_DATE] = now()


def _set_main_array(model: Contents, values: Any) -> None:  # noqa: ANN401 - any array
    _set_kind_and_date(model)
    setattr(model, model.get_primary_array_name(), values)


def _fill_with_zeros(model: Contents, shape: tuple[int, ...]) -> None:
    spec = model.arrays.get(model.get_primary_array_name())
    if not all(hasattr(length, "__index__") for length in shape):
        raise InputError(f"a {type(model).__name__} of shape {shape}: expected a tuple of ints")
    if spec is None or (spec.ndim is not None and len(shape) != spec.ndim):
        raise InputError(
            f"a {type(model).__name__} cannot have the shape {shape}: "
            f"{spec.ndim if spec else 'no'} axes expected"
        )
    import numpy as np

    _set_main_array(model, np.full(shape, spec.fill, spec.dtype))


def _fill_from_tree(model: Contents, tree: dict[str, Any]) -> None:
    """Fill a model with a tree of arrays and metadata, as ``{"data": ..., "meta": {...}}``."""
    _set_kind_and_date(model)
    for name, value in tree.items():
        if name == "meta":
            for path, each in flat(value, "meta"):
                model.changed_keywords.set(path, each)
        else:
            setattr(model, name, value)


def _take_foreign(model: Contents, other: Any) -> None:  # noqa: ANN401 - a model of stdatamodels
    """Take over arrays, shared, tables and metadata of a model of another library."""
    for path, value in other.to_flat_dict(include_arrays=False).items():
        if path.startswith("meta.") and path != _KIND:
            model.changed_keywords.set(path, value)
    for name in (*model.arrays, *model.tables):
        values = getattr(other, name, None)
        if values is not None:
            setattr(model, name, values)


def take_metadata(
    model: Contents,
    other: Contents | Meta | dict[str, Any],
    only: str | Sequence[str] | None = None,
    *,
    extra_fits: bool = False,
) -> None:
    """Take over metadata of another model, all but its kind and date."""
    wanted = None if only is None else {only} if isinstance(only, str) else set(only)
    for path, value in flat(other) if isinstance(other, dict) else other._store.items():
        row = table().by_path.get(path)
        chosen = wanted is None or (row is not None and row.hdu in wanted)
        known = row is not None or (isinstance(other, dict) and path.startswith("meta."))
        if chosen and known and path not in (_KIND, _DATE) and not hasattr(value, "shape"):
            model.changed_keywords.set(path, value)
    if extra_fits and isinstance(other, Contents):
        for hdu, node in other.all_extra_fits().items():
            if wanted is None or hdu in wanted:
                model.all_extra_fits()[hdu] = copying.deepcopy(node)
