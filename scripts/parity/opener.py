"""Open products with the data models of whichever environment this file is executed in.

python opener.py PATHS.json RESULTS.json

For each product: its model, and shape and bits of each of its arrays, or what went wrong.
"""

from __future__ import annotations

import hashlib
import json
import sys
import warnings

import asdf
import numpy as np

from jwst import datamodels

ARRAYS = (
    *("data", "err", "dq", "var_poisson", "var_rnoise", "groupdq", "pixeldq"),
    *("slope", "sigslope", "yint", "sigyint", "pedestal", "weights", "crmag"),
)


def seen(path: str) -> dict[str, str]:
    """Return the model of a product, and its arrays in short."""
    try:
        if path.endswith(".asdf"):
            return seen_in_tree(path)
        with warnings.catch_warnings():
            # what validation does not like is a warning there
            warnings.simplefilter("error")
            with datamodels.open(path) as model:
                model.validate()
                found = {"model": type(model).__name__, "seen": model.meta.instrument.detector}
                for name in ARRAYS:
                    values = getattr(model, name, None)
                    if values is not None and np.size(values):
                        found[name] = _in_short(values)
        return found
    except Exception as error:  # whatever a model raises is a result here
        return {"error": f"{type(error).__name__}: {error}"}


def seen_in_tree(path: str) -> dict[str, str]:
    """Return the arrays and other values of an ASDF file in short."""
    with warnings.catch_warnings():
        # of another version of the library
        warnings.simplefilter("ignore")
        tree = asdf.load(path)
    entries = {k: v for k, v in tree.items() if k not in ("asdf_library", "history")}
    return {
        f"{name}.{key}": _in_short(value) if isinstance(value, np.ndarray) else repr(value)
        for name, entry in entries.items()
        for key, value in entry.items()
    }


def _in_short(values: object) -> str:
    array = np.ascontiguousarray(values)
    array = array.astype(array.dtype.newbyteorder("="))
    return f"{array.dtype} {array.shape} {hashlib.sha256(array.tobytes()).hexdigest()[:16]}"


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as stream:
        paths = json.load(stream)
    with open(sys.argv[2], "w", encoding="utf-8") as stream:
        json.dump({path: seen(path) for path in paths}, stream)
