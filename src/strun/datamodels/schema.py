"""What a model can hold, as a schema in the form that stdatamodels has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from strun.datamodels.holder import ArrayHolder
from strun.datamodels.keywords import table, words_of

_NUMBERS = {"i": "int", "u": "uint", "f": "float"}


def schema_of(model: ArrayHolder) -> dict[str, Any]:
    """Return the schema: metadata with keyword, HDU and type, then arrays and tables."""
    root: dict[str, Any] = {"type": "object", "properties": {}}
    for path, keyword in table().by_path.items():
        node = root
        *nodes, leaf = path.split(".")
        for name in nodes:
            node = node["properties"].setdefault(name, {"type": "object", "properties": {}})
        entry: dict[str, Any] = {"type": keyword.type, "fits_keyword": keyword.keyword}
        if keyword.hdu != "PRIMARY":
            entry["fits_hdu"] = keyword.hdu
        if words := words_of(path):
            entry["enum"] = [int(w) if keyword.type == "integer" else w for w in words]
        node["properties"][leaf] = entry
    for name, spec in model.arrays.items():
        root["properties"][name] = {"fits_hdu": spec.hdu, "datatype": spec.dtype}
        if spec.ndim is not None:
            root["properties"][name]["ndim"] = spec.ndim
    for name, hdu in model.tables.items():
        root["properties"][name] = {"fits_hdu": hdu, "datatype": _datatype(name)}
    return root


def _datatype(name: str) -> list[dict[str, Any]]:
    from strun.datamodels.tables import columns_of

    dtype = columns_of(name)
    if dtype is None:
        return []
    columns: list[dict[str, Any]] = []
    for column in dtype.names or ():
        base = dtype[column]
        number = f"{_NUMBERS.get(base.kind, '')}{8 * base.itemsize}"
        kind = ["ascii", base.itemsize] if base.kind == "S" else number
        columns.append({"name": column, "datatype": kind})
    return columns


def search_schema(model: ArrayHolder, text: str) -> list[tuple[str, str]]:
    """Return path and description of everything whose path has a text in it, in any case."""
    return sorted((path, about) for path, about in _places(model) if text.lower() in path.lower())


def _places(model: ArrayHolder) -> Iterator[tuple[str, str]]:
    known = table()
    for node in known.nodes:
        yield node, ""
    for path, row in known.by_path.items():
        yield path, f"{row.keyword} in {row.hdu}, {row.type}"
    for name, spec in model.arrays.items():
        yield name, f"{spec.hdu}, {spec.dtype}"
    for name, hdu in model.tables.items():
        yield name, f"{hdu}, table"
