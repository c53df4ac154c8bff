"""A model to look at: its tree drawn and searched, its schema, and the HTML of a notebook."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from html import escape
from typing import TYPE_CHECKING, Any

from strun.datamodels.arrays import Listed
from strun.datamodels.holder import ArrayHolder
from strun.datamodels.keywords import table, words_of

if TYPE_CHECKING:
    from strun.datamodels.contents import Contents

_DEEPEST = 9
_OPTICS = ("detector", "filter", "pupil", "grating", "channel", "band", "module")
# colours are left to the notebook, so that it is read on a light and on a dark ground
_CELL = "text-align:left;padding:1px 12px 1px 0"


def _leaf(value: Any) -> Any:  # noqa: ANN401
    return value.read() if isinstance(value, Listed) else value


def _label(name: str, value: Any, values: bool) -> str:  # noqa: ANN401
    if isinstance(value, Listed):
        return f"{name} ({value.kind})" + (f": {value.text}" if values else "")
    inner = isinstance(value, dict | list)
    shown = f": {value}" if values and not inner else ""
    return f"{name} ({'dict' if isinstance(value, dict) else type(value).__name__}){shown}"


def _lines(tree: dict[str, Any], values: bool, depth: int, indent: str = "") -> Iterator[str]:
    for number, (name, value) in enumerate(tree.items(), 1):
        last = number == len(tree)
        below = value if isinstance(value, dict) and value else None
        more = " ..." if below and depth <= 1 else ""
        yield f"{indent}{'└' if last else '├'}─{_label(name, value, values)}{more}"
        if below and depth > 1:
            yield from _lines(below, values, depth - 1, f"{indent}{'  ' if last else '│ '}")


def drawn(
    root: str,
    tree: dict[str, Any],
    *,
    max_rows: int | None = None,
    max_cols: int | None = 120,
    show_values: bool = True,
) -> str:
    """
    Return a tree as lines of text below that of its root.

    Inner nodes are closed, the deepest first, until it has no more than `max_rows` lines (None
    shows all); lines longer than `max_cols` are cut. Without values there are names and types only.
    """
    depth = _DEEPEST
    lines = [root, *_lines(tree, show_values, depth)]
    while max_rows is not None and len(lines) > max_rows and depth > 1:
        depth -= 1
        lines = [root, *_lines(tree, show_values, depth)]
    closed = depth < _DEEPEST
    if max_rows is not None and len(lines) > max_rows:
        left = len(lines) - max_rows + 1
        lines = [*lines[: max(max_rows - 1, 1)], f"└─{left} not shown"]
        closed = True
    if max_cols is not None:
        lines = [x if len(x) <= max_cols else f"{x[: max_cols - 4]} ..." for x in lines]
    return "\n".join([*lines, *(["Some nodes not shown."] if closed else [])])


class SearchResult:
    """What a search has found; it can be searched again."""

    def __init__(self, found: list[tuple[tuple[str, ...], Any]]) -> None:
        self._found = found

    @property
    def paths(self) -> list[str]:
        """Where it was found, as ``root['meta']['instrument']['name']``."""
        return ["root" + "".join(f"[{name!r}]" for name in path) for path, _ in self._found]

    @property
    def nodes(self) -> list[Any]:
        """What was found."""
        return [_leaf(value) for _, value in self._found]

    @property
    def node(self) -> Any:  # noqa: ANN401
        """The only thing that was found; None without one, ValueError with several."""
        if len(self._found) > 1:
            raise ValueError(f"{len(self._found)} nodes were found, expected one; see .nodes")
        return self.nodes[0] if self._found else None

    def search(self, *args: Any, **kwargs: Any) -> SearchResult:  # noqa: ANN401
        """Return those of the nodes, and of what is below them, that a second search finds."""
        mine = [
            pair for path, value in self._found for pair in [(path, value), *_every(value, path)]
        ]
        return SearchResult([pair for pair in mine if _matcher(*args, **kwargs)(*pair)])

    def __repr__(self) -> str:
        if not self._found:
            return "No results found."
        tree: dict[str, Any] = {}
        for path, value in self._found:
            branch = tree
            for name in path[:-1]:
                branch = branch.setdefault(name, {})
            if not (isinstance(value, dict) and path[-1] in branch):
                branch[path[-1]] = {} if isinstance(value, dict) else value
        return drawn("root", tree)


def _every(tree: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:  # noqa: ANN401
    for name, value in tree.items() if isinstance(tree, dict) else ():
        yield (*path, name), value
        yield from _every(value, (*path, name))


def _matcher(
    key: Any = None,  # noqa: ANN401
    *,
    type_: type | str | None = None,
    value: Any = None,  # noqa: ANN401
    filter_: Callable[..., bool] | None = None,
) -> Callable[[tuple[str, ...], Any], bool]:
    def matches(path: tuple[str, ...], node: Any) -> bool:  # noqa: ANN401
        if key is not None and not re.search(str(key), path[-1]):
            return False
        if isinstance(type_, str) and not re.search(type_, type(_leaf(node)).__qualname__):
            return False
        if isinstance(type_, type) and not isinstance(_leaf(node), type_):
            return False
        if value is not None and (isinstance(node, dict | Listed) or not _same(value, node)):
            return False
        return filter_ is None or bool(_filtered(filter_, _leaf(node), path[-1]))

    return matches


def _same(wanted: Any, node: Any) -> bool:  # noqa: ANN401
    return bool(re.search(wanted, str(node))) if isinstance(wanted, str) else bool(wanted == node)


def _filtered(chosen: Callable[..., bool], node: Any, name: str) -> bool:  # noqa: ANN401
    """Ask a filter that takes the node, or the node and its name."""
    import inspect

    takes_name = len(inspect.signature(chosen).parameters) > 1
    return chosen(node, name) if takes_name else chosen(node)


def search(tree: dict[str, Any], *args: Any, **kwargs: Any) -> SearchResult:  # noqa: ANN401
    """
    Return the nodes of a tree that have all that is asked for.

    ``key``, ``type_`` and ``value`` are regular expressions of the name, the type's name and the
    value (or a type, or a value itself); ``filter_`` is a function of the node, or of the node and
    its name, that returns whether it is wanted.
    """
    wanted = _matcher(*args, **kwargs)
    return SearchResult([pair for pair in _every(tree) if wanted(*pair)])


def _row(title: str, cells: Iterable[object]) -> str:
    texts = "".join(f'<td style="{_CELL}">{escape(str(cell))}</td>' for cell in cells)
    return f'<tr><th style="{_CELL};vertical-align:top">{escape(title)}</th>{texts}</tr>'


def _joined(*values: object) -> str:
    return " ".join(str(value) for value in values if value is not None and value != "N/A")


def _facts(model: Contents) -> Iterator[tuple[str, str]]:
    """Yield what the header says of the exposure; what it does not say is left out."""
    meta = model.meta
    instrument, exposure = meta.instrument, meta.exposure
    counts = [
        f"{number} {word}{'s' * (number != 1)}"
        for number, word in ((exposure.nints, "integration"), (exposure.ngroups, "group"))
        if number is not None
    ]
    yield "target", _joined(meta.target.catalog_name or meta.target.proposer_name)
    yield "instrument", _joined(instrument.name, *(getattr(instrument, n) for n in _OPTICS))
    kind = _joined(exposure.type, meta.subarray.name, exposure.readpatt)
    yield "exposure", ", ".join(part for part in (kind, *counts) if part)
    yield "date", _joined(meta.observation.date, meta.observation.time)
    steps = meta.cal_step.instance
    yield "steps", ", ".join(f"{name} {status}" for name, status in steps.items())
    yield "references", ", ".join(_references(meta.ref_file.instance))


def _references(tree: dict[str, Any]) -> Iterator[str]:
    for kind, node in tree.items():
        name = node.get("name") if isinstance(node, dict) else None
        if name is not None:
            yield f"{kind}: {name}"


def _arrays(model: Contents) -> Iterator[tuple[str, str, str, str]]:
    """Yield name, HDU, form and place of what the model holds; nothing is read for it."""
    for name, spec in model.arrays.items():
        shape = model.array_shape(name)
        if shape is None:
            continue
        place = "in memory" if name in model.loaded else "on disk"
        if not model.has_array(name):
            place = "zeros, when touched"
        yield name, spec.hdu, f"{spec.dtype} {' x '.join(map(str, shape))}", place
    for name, hdu in model.tables.items():
        if model.loaded.get(name) is not None:
            yield name, hdu, "table", "in memory"
        elif model.table_hdu(name) is not None:
            yield name, hdu, "table", "on disk"


def model_html(model: Contents) -> str:
    """Return a model as HTML: what it is of, what was done to it, what it holds."""
    path = model.file.path if model.file is not None else ""
    title = f"{type(model).__name__} {model.meta.filename or os.path.basename(path)}".strip()
    facts = "".join(_row(name, [text]) for name, text in _facts(model) if text)
    arrays = "".join(_row(name, cells) for name, *cells in _arrays(model))
    tables = "".join(f"<table>{rows}</table>" for rows in (facts, arrays) if rows)
    return f"<div><strong>{escape(title)}</strong>{tables}</div>"


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
