"""The arrays of a model: on disk until they are touched, then in memory."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, NamedTuple

from strun.blockio.layout import Hdu
from strun.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from strun.datamodels.holder import ArrayHolder

__all__ = ["ArraySpec", "array_hdu", "array_shape", "cast", "fitting", "on_disk", "read"]

log = logging.getLogger("jwst.datamodels.arrays")

_FLAGS = frozenset({"PIXELDQ", "GROUPDQ", "DQ"})


class ArraySpec(NamedTuple):
    """Where an array of a model lives: EXTNAME, dtype and number of axes (None for any)."""

    hdu: str
    dtype: str
    ndim: int | None = None


def on_disk(model: ArrayHolder, name: str) -> Hdu | None:
    """
    Return the unit that holds an array, whatever its shape.

    Raises
    ------
    InputError
        When two units have that name: it cannot be known which is meant.
    """
    if model.file is None:
        return None
    wanted = model.arrays[name].hdu.upper()
    found = model.file.images.get(wanted, ())
    if len(found) > 1:
        raise InputError(
            f"{model.file.path}: {len(found)} extensions are named {wanted} "
            f"(HDU {', '.join(str(hdu.index) for hdu in found)}), expected one; remove the others"
        )
    return found[0] if found else None


def array_hdu(model: ArrayHolder, name: str) -> Hdu | None:
    """
    Return the unit that holds an array, None when there is none that can be used.

    Raises
    ------
    InputError
        When it has the wrong number of axes, or flags are no integers.
    """
    hdu = on_disk(model, name)
    if hdu is None or not hdu.shape:
        return None
    spec = model.arrays[name]
    if spec.ndim is not None and len(hdu.shape) != spec.ndim:
        raise InputError(
            f"{model.file.path if model.file else ''}: {spec.hdu} has {len(hdu.shape)} axes "
            f"{hdu.shape}, expected {spec.ndim} in a {type(model).__name__}"
        )
    if name in model.required:
        # a main array that was set since may be shorter: the flags that were beside it are no less
        main = on_disk(model, model.get_primary_array_name())
        wanted = model.default_shape(name, None if main is None else main.shape)
        if wanted is not None and wanted != hdu.shape:
            _warn_once(model, name, hdu.shape, wanted)
            return None
    if spec.hdu in _FLAGS and str(hdu.encoding.dtype).startswith("float"):
        raise InputError(
            f"{model.file.path if model.file else ''}: {spec.hdu} is {hdu.encoding.dtype}, "
            "expected integers as flags are; store it as integers"
        )
    return hdu


def cast(model: ArrayHolder, name: str, value: Any) -> NDArray[Any]:  # noqa: ANN401
    """
    Return a value as the array of a model, of its dtype.

    Raises
    ------
    InputError
        When it has the wrong number of axes, or flags are no whole numbers.
    """
    import numpy as np

    spec, values = model.arrays[name], np.asarray(value)
    if spec.ndim is not None and values.ndim != spec.ndim:
        raise InputError(
            f"{name} has {values.ndim} axes {values.shape}, expected {spec.ndim} in a "
            f"{type(model).__name__}"
        )
    if spec.hdu in _FLAGS and values.dtype.kind == "f":
        odd = values[~((values >= 0) & (values % 1 == 0) & (values < 1 << 32))]
        if odd.size:
            raise InputError(f"{name} has the value {odd[0]:g}, expected integers as flags are")
    return values.astype(spec.dtype, copy=False)


def _warn_once(
    model: ArrayHolder, name: str, found: tuple[int, ...], wanted: tuple[int, ...]
) -> None:
    if name not in model.replaced:
        model.replaced.add(name)
        log.warning(
            "%s has shape %s, expected %s: it is replaced by zeros",
            model.arrays[name].hdu,
            found,
            wanted,
        )


def array_shape(model: ArrayHolder, name: str) -> tuple[int, ...] | None:
    """Return an array's shape without reading it, None when the model has no such array."""
    if name in model.loaded:
        values = model.loaded[name]
        return None if values is None else tuple(values.shape)
    hdu = array_hdu(model, name)
    if hdu is not None:
        return hdu.shape
    return _made_shape(model, name)


def _made_shape(model: ArrayHolder, name: str) -> tuple[int, ...] | None:
    """Return the shape of the zeros that stand for flags which a file does not have."""
    wanted = name in model.required and model.file is not None
    return model.default_shape(name) if wanted else None


def read(model: ArrayHolder, name: str) -> NDArray[Any] | None:
    """Return an array, read from disk or made of zeros when the model must have it."""
    import numpy as np

    hdu = array_hdu(model, name)
    if hdu is not None and model.file is not None:
        model.file.require_unwritten()
        return model.file.read_array(hdu, model.arrays[name].dtype)
    shape = _made_shape(model, name)
    return None if shape is None else np.zeros(shape, model.arrays[name].dtype)


def fitting(model: ArrayHolder, name: str) -> NDArray[Any] | None:
    """
    Return an array that a correction works on; flags that are missing are made of zeros.

    Raises
    ------
    InputError
        When flags are not of the shape that the main array asks for.
    """
    values: NDArray[Any] | None = getattr(model, name)
    wanted = model.default_shape(name) if name in model.required else None
    if wanted is None:
        return values
    if values is None:
        log.warning("there is no %s: no sample is taken as flagged", name)
        setattr(model, name, model.get_default(name))
        return fitting(model, name)
    if values.shape != wanted:
        raise InputError(
            f"{name} has shape {values.shape}, expected {wanted} for data of shape {model.shape}"
        )
    return values
