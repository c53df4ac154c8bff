"""Compiled kernels of corrections, where they were built: numpy gives the same bits without."""

from __future__ import annotations

import ctypes
import importlib.util
import os
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strun.installation import compiled_library

SWITCH = "STRUN_COMPILED"
"""Environment variable; with 0, no kernel is used."""


def array(dtype: type, *, strided: bool = False) -> type:
    """
    Return the type of an argument that is an array, C-contiguous unless its strides are told too.

    Parameters
    ----------
    dtype : type
        Of its values, in the byte order of the machine.
    strided : bool, optional
        Whether planes and rows may lie apart: `strides` are two more arguments.
    """
    return np.ctypeslib.ndpointer(
        dtype, flags="ALIGNED" if strided else ["ALIGNED", "C_CONTIGUOUS"]
    )


def strides(values: NDArray[Any]) -> tuple[int, int]:
    """
    Return how many values lie from plane to plane and from row to row.

    Raises
    ------
    ValueError
        When the values of a row lie apart.
    """
    *_, plane, row, step = (each // values.itemsize for each in values.strides)
    if step != 1 and values.shape[-1] > 1:
        raise ValueError(f"values lie {step} apart in their rows, expected 1")
    return plane, row


def function(
    library: str, name: str, *arguments: type, result: type | None = None
) -> Callable[..., Any] | None:
    """
    Return a function of a compiled library.

    Parameters
    ----------
    library : str
        As an import would name it: ``jwst._kernels``.
    name : str
        Of the function.
    *arguments : type
        Of its arguments: `array`, or a type of ctypes. Arrays are checked at each call.
    result : type, optional
        Of ctypes; None for no result.

    Returns
    -------
    callable or None
        None when the library was not built, or is switched off. Other threads run during a call.

    Raises
    ------
    ImportError
        When the library has no such function.
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
    found.argtypes = arguments
    found.restype = result
    kernel: Callable[..., Any] = found
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
