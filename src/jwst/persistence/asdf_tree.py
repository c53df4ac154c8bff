"""Trees of ASDF files, read with care: who wrote them is not known."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from strun.errors import InputError
from strun.parameters.asdf_parameters import plain_tree


def read_tree(path: str, wanted: Callable[[str], bool]) -> dict[str, Any]:
    """
    Return the tree of an ASDF file, with the arrays of the entries whose names are wanted.

    Raises InputError when it is no ASDF file, cut or damaged, or takes values from another file.
    """
    try:
        with open(path, "rb") as stream:
            if stream.read(5) != b"#ASDF":
                raise InputError(f"{path}: is no ASDF file; expected one of save_persistence")
        if _leads_away(plain_tree(path)):
            raise InputError(
                f"{path}: takes its values from another file; expected one of save_persistence"
            )
        # the library that crds needs, too
        import asdf

        with warnings.catch_warnings():
            # of other versions of the library
            warnings.simplefilter("ignore")
            with asdf.open(path, memmap=False, validate_checksums=True) as file:
                return {key: _read(e) if wanted(key) else e for key, e in file.tree.items()}
    except InputError:
        raise
    except Exception as err:
        # a damaged file ends in any error of the library: ValueError, AttributeError, struct.error
        reason = (isinstance(err, OSError) and err.strerror) or type(err).__name__
        raise InputError(
            f"{path}: the windows in it cannot be read ({reason}): it is cut or damaged; get a "
            "whole copy, or take it away"
        ) from err


def _read(entry: object) -> object:
    """Return an entry with its arrays in memory."""
    if not isinstance(entry, Mapping):
        return entry
    return {k: np.array(v) if hasattr(v, "dtype") else v for k, v in entry.items()}


def _leads_away(tree: object) -> bool:
    """Return whether a tree names other files, which the library would open, on a network too."""
    left, seen = [tree], set()
    while left:
        node = left.pop()
        # what stands in many places by aliases is looked at once
        if not isinstance(node, dict | list) or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, dict) and ("$ref" in node or isinstance(node.get("source"), str)):
            return True
        left += node.values() if isinstance(node, dict) else node
    return False
