"""Arrays of a model: where they live in a file, and what may be one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from strun.blockio.layout import Hdu
from strun.blockio.source import FitsFile
from strun.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

FLAG_UNITS = frozenset({"PIXELDQ", "GROUPDQ", "DQ"})
"""Names of the units of flags."""


class ArraySpec(NamedTuple):
    """
    Where an array of a model lives: EXTNAME, and the type in memory.

    `ndim` None allows any number of axes; `fill` is the value of an array that nobody has given.
    """

    hdu: str
    dtype: str
    ndim: int | None = None
    fill: float = 0.0


class Listed(NamedTuple):
    """An array or a table as a tree of names shows it; `read` returns it."""

    kind: str
    text: str
    read: Callable[[], Any]


def image_of(file: FitsFile, spec: ArraySpec) -> Hdu | None:
    """Return the unit that holds an array, whatever its shape; InputError for two of its name."""
    wanted = spec.hdu.upper()
    found = file.images.get(wanted, ())
    if len(found) > 1:
        raise InputError(
            f"{file.path}: {len(found)} extensions are named {wanted} "
            f"(HDU {', '.join(str(hdu.index) for hdu in found)}), expected one; remove the others"
        )
    return found[0] if found else None


def require_axes(hdu: Hdu, spec: ArraySpec, *, path: str, kind: str) -> None:
    """Refuse a unit with another number of axes than the array of a model of that kind has."""
    if spec.ndim is not None and len(hdu.shape) != spec.ndim:
        raise InputError(
            f"{path}: {spec.hdu} has {len(hdu.shape)} axes {hdu.shape}, expected {spec.ndim} for "
            f"{kind}"
        )


def require_integers(hdu: Hdu, spec: ArraySpec, *, path: str) -> None:
    """Refuse a unit of flags that are no integers."""
    if spec.hdu in FLAG_UNITS and hdu.encoding.dtype.startswith("float"):
        raise InputError(
            f"{path}: {spec.hdu} is {hdu.encoding.dtype}, expected integers as flags are; store it "
            "as integers"
        )


def cast(name: str, spec: ArraySpec, value: Any, *, kind: str) -> NDArray[Any]:  # noqa: ANN401
    """
    Return a value as the array of a model, of its dtype.

    Raises InputError for another number of axes, and for flags that are no whole numbers.
    """
    import numpy as np

    values = np.asarray(value)
    if spec.ndim is not None and values.ndim != spec.ndim:
        raise InputError(
            f"{name} has {values.ndim} axes {values.shape}, expected {spec.ndim} for {kind}"
        )
    if spec.hdu in FLAG_UNITS and values.dtype.kind == "f":
        odd = values[~((values >= 0) & (values % 1 == 0) & (values < 1 << 32))]
        if odd.size:
            raise InputError(f"{name} has the value {odd[0]:g}, expected integers as flags are")
    return values.astype(spec.dtype, copy=False)
