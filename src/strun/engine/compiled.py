"""Compiled kernels of corrections, where they were built: numpy gives the same bits without."""

from __future__ import annotations

import ctypes
import importlib.util
import os
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from strun.installation import compiled_library

SWITCH = "STRUN_COMPILED"
"""Environment variable; with 0, no kernel is used."""


class array(NamedTuple):  # noqa: N801 - stands beside c_int64 and its like
    """
    The type of an argument that is an array, C-contiguous unless its strides are told too.

    numpy's own, `ndpointer`, leaves objects that refer to each other at every call, for the garbage
    collector, which commands switch off: a kilobyte a call.

    Attributes
    ----------
    dtype : type
        Of its values, in the byte order of the machine.
    strided : bool
        Whether planes and rows may lie apart: `strides` are two more arguments.
    """

    dtype: type
    strided: bool = False

    def address(self, values: NDArray[Any]) -> int:
        """Return the address of an array; TypeError when it is of another kind."""
        if not isinstance(values, np.ndarray) or values.dtype != self.dtype:
            raise TypeError(f"expected an array of {self.dtype.__name__}")
        if not (values.flags.aligned and (self.strided or values.flags.c_contiguous)):
            raise TypeError("expected an array that is aligned and C-contiguous")
        found: int = values.__array_interface__["data"][0]
        return found


def strides(values: NDArray[Any]) -> tuple[int, int]:
    """Return how many values lie from plane to plane and from row to row; those of a row touch."""
    *_, plane, row, step = (each // values.itemsize for each in values.strides)
    if step != 1 and values.shape[-1] > 1:
        raise ValueError(f"values lie {step} apart in their rows, expected 1")
    return plane, row


def function(
    library: str, name: str, *arguments: array | type, result: type | None = None
) -> Callable[..., Any] | None:
    """
    Return a function of a compiled library, which an import would call ``jwst._kernels``.

    Its arguments are given as `array` or types of ctypes, its result as one of these; arrays are
    checked at each call, and other threads run during it. None when the library was not built, or
    is switched off; ImportError when it has no such function.
    """
    loaded = _loaded(library)
    if loaded is None:
        return None
    try:
        # by index: an attribute is shared, and so are the types of its arguments
        found: Any = loaded[name]
    except AttributeError as err:
        raise ImportError(
            f"{loaded._name} was built of other sources: install strun again"
        ) from err
    found.argtypes = [ctypes.c_void_p if isinstance(each, array) else each for each in arguments]
    found.restype = result

    # ctypes would make an error of its own of the exception by which a signal ends a command
    def kernel(*values: Any) -> Any:  # noqa: ANN401 - as of the compiled function
        return found(
            *(
                kind.address(value) if isinstance(kind, array) else value
                for kind, value in zip(arguments, values, strict=True)
            )
        )

    return kernel


@cache
def _loaded(library: str) -> ctypes.CDLL | None:
    if os.environ.get(SWITCH) == "0":
        return None
    package, _, name = library.rpartition(".")
    spec = importlib.util.find_spec(package)
    folders = spec.submodule_search_locations or () if spec else ()
    path = next(filter(None, (compiled_library(each, name) for each in folders)), "")
    return ctypes.CDLL(path) if path else None
