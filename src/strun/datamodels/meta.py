"""The metadata tree of a model: attributes over the cards of its FITS headers."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from strun.blockio.cards import Header
from strun.blockio.source import FitsFile
from strun.blockio.values import Value
from strun.datamodels.keywords import (
    Keyword,
    ValidationWarning,
    fault_of,
    fits_type,
    plain_value,
    table,
)
from strun.errors import InputError

log = logging.getLogger("jwst.datamodels.meta")

# what steps that are not here set in models, and what has no keyword
_NEVER_SET = frozenset({"meta.wcs"})


def _typed(value: Any, keyword: Keyword) -> Any:  # noqa: ANN401 - any value of a header
    """Return a header's value, None when it is not of the type that the keyword has."""
    return value if fits_type(value, keyword.type) else None


class Headers:
    """
    Headers by name, looked for in the file once.

    They are apart from the model, so that its metadata tree does not keep the model alive.
    """

    def __init__(self) -> None:
        self.file: FitsFile | None = None
        self._known: dict[str, Header | None] = {}

    def get(self, hdu: str) -> Header | None:
        """Return the header of a unit by its name (PRIMARY for the first), None without it."""
        if hdu not in self._known and self.file is not None:
            found = self.file.hdus[0] if hdu == "PRIMARY" else self.file.find(hdu)
            self._known[hdu] = None if found is None else found.header
        return self._known.get(hdu)


class MetaStore:
    """Values behind a tree: what was set, and below it what the headers, asked for by HDU, say."""

    # what becomes of a value that a place cannot have; models take these from their caller
    checks = True
    strict = False
    passes = False

    def __init__(self, headers: Callable[[str], Header | None]) -> None:
        self._headers = headers
        self._told: set[str] = set()
        self.changed: dict[str, Any] = {}
        # what a file's name and a model's class say; it is not written into headers
        self.implied: dict[str, Any] = {}
        self.extra: dict[str, Any] = {}
        # cards of the primary header that stand for no path: keyword to value and comment
        self.own: dict[str, tuple[Value, str]] = {}

    def get(self, path: str) -> Any:  # noqa: ANN401
        """Return the value of a known path, None when it is unset."""
        if path in self.changed:
            return self.changed[path]
        if path in self.implied:
            return self.implied[path]
        keyword, value = self._card(path)
        found = _typed(value, keyword)
        if found is None and value is not None and path not in self._told:
            self._told.add(path)
            log.warning(
                "%s is %r, expected a value of the type %s: it is taken as missing",
                keyword.keyword,
                value,
                keyword.type,
            )
        return found

    def written(self, path: str) -> Any:  # noqa: ANN401
        """Return the value of a known path, also one of another type than the keyword has."""
        if path in self.changed or path in self.implied:
            return self.get(path)
        return self._card(path)[1]

    def _card(self, path: str) -> tuple[Keyword, Value]:
        keyword = table().by_path[path]
        header = self._headers(keyword.hdu)
        return keyword, None if header is None else header.get(keyword.keyword)

    def set(self, path: str, value: Any) -> None:  # noqa: ANN401
        """
        Set a known path, or any other, which then lives in memory only.

        A value that the path cannot have is warned of, and the old one stays; a strict store raises
        InputError.
        """
        if path not in table().by_path:
            self.extra[path] = value
            return
        value = plain_value(value)
        fault = fault_of(path, value) if self.checks else None
        if fault is not None and self.strict:
            raise InputError(fault)
        if fault is not None:
            warnings.warn(fault, ValidationWarning, stacklevel=3)
        if fault is None or self.passes:
            self.changed[path] = value

    def clear(self, node: str) -> None:
        """Unset everything below a node."""
        self.extra.pop(node, None)
        start = f"{node}."
        for path in [path for path, _ in self.items() if path.startswith(start)]:
            if path in self.extra:
                del self.extra[path]
            else:
                self.changed[path] = None

    def changes(self, hdu: str) -> dict[str, Any]:
        """Return keyword and value of everything that was set for an HDU."""
        rows, wanted = table().by_path, hdu.upper()
        return {
            rows[path].keyword: value
            for path, value in self.changed.items()
            if rows[path].hdu == wanted
        }

    def items(self) -> Iterator[tuple[str, Any]]:
        """Yield path and value of everything that is set and known, then of what is not."""
        places = table().by_place
        hidden = self.implied | self.changed
        for hdu in dict.fromkeys(row.hdu for row in places.values()):
            header = self._headers(hdu)
            for name in dict.fromkeys(header.keywords()) if header is not None else ():
                row = places.get((hdu, name))
                if row is not None and row.path not in hidden:
                    value = _typed(header.get(name) if header else None, row)
                    if value is not None:
                        yield row.path, value
        for values in (hidden, self.extra):
            for path, value in values.items():
                if value is not None:
                    yield path, value


def nested(pairs: Iterator[tuple[str, Any]], start: str = "") -> dict[str, Any]:
    """Return dotted paths and values as nested dicts, of those below `start`."""
    tree: dict[str, Any] = {}
    for path, value in pairs:
        if path.startswith(start):
            *nodes, leaf = path[len(start) :].split(".")
            branch = tree
            for node in nodes:
                branch = branch.setdefault(node, {})
            branch[leaf] = value
    return tree


def flat(tree: dict[str, Any], node: str = "") -> Iterator[tuple[str, Any]]:
    """Yield dotted path and value of every leaf of nested dicts."""
    for name, value in tree.items():
        path = f"{node}.{name}" if node else name
        if isinstance(value, dict):
            yield from flat(value, path)
        else:
            yield path, value


class Meta:
    """
    A node of the tree: ``model.meta.instrument.name``.

    Known values that are unset are None; unknown names raise AttributeError; any name may be set.
    """

    __slots__ = ("_path", "_store")

    def __init__(self, store: MetaStore, path: str = "meta") -> None:
        object.__setattr__(self, "_store", store)
        object.__setattr__(self, "_path", path)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        path = f"{self._path}.{name}"
        store: MetaStore = self._store
        known = table()
        if path in known.by_path:
            return store.get(path)
        if path in store.extra:
            return store.extra[path]
        if path in _NEVER_SET:
            return None
        if path in known.nodes or any(p.startswith(f"{path}.") for p in store.extra):
            return Meta(store, path)
        raise AttributeError(f"{path}: no such metadata")

    def __setattr__(self, name: str, value: Any) -> None:  # noqa: ANN401
        path = f"{self._path}.{name}"
        if isinstance(value, Meta):
            value = value.instance
        if isinstance(value, dict) and path not in table().by_path:
            self._store.clear(path)
            node = Meta(self._store, path)
            for key, item in value.items():
                setattr(node, key, item)
            return
        self._store.set(path, value)

    def __delattr__(self, name: str) -> None:
        path = f"{self._path}.{name}"
        if path in table().by_path:
            self._store.set(path, None)
        else:
            self._store.clear(path)

    def hasattr(self, name: str) -> bool:
        """Return whether a value, or anything below a node, is set."""
        value = getattr(self, name, None)
        return bool(value.instance) if isinstance(value, Meta) else value is not None

    @property
    def instance(self) -> dict[str, Any]:
        """Everything set at and below this node, as nested dicts."""
        return nested(self._store.items(), f"{self._path}.")

    def items(self) -> Iterator[tuple[str, Any]]:
        """Yield dotted name and value of everything that is set at and below this node."""
        start = f"{self._path}."
        for path, value in self._store.items():
            if path.startswith(start):
                yield path[len(start) :], value

    def __iter__(self) -> Iterator[str]:
        for name, _ in self.items():
            yield name

    def __eq__(self, other: object) -> bool:
        return bool(self.instance == (other.instance if isinstance(other, Meta) else other))

    __hash__ = None  # type: ignore[assignment]

    def __dir__(self) -> list[str]:
        start = f"{self._path}."
        known = table()
        below = [*known.by_path, *known.nodes, *self._store.extra]
        names = {p[len(start) :].split(".")[0] for p in below if p.startswith(start)}
        return sorted({*names, "hasattr", "instance", "items"})

    def __repr__(self) -> str:
        return f"<{self._path}: {self.instance}>"
