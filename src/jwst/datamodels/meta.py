"""The metadata tree of a model: attributes over the cards of its FITS headers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from jwst.blockio.cards import Header
from jwst.blockio.values import Value
from jwst.datamodels.keywords import Keyword, table

__all__ = ["Meta", "MetaStore"]

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}


def _typed(value: Any, keyword: Keyword) -> Any:  # noqa: ANN401 - any value of a header
    """Return a header's value, None when it is not of the type that the keyword has."""
    wanted = _TYPES.get(keyword.type, (object,))
    if isinstance(value, bool) and bool not in wanted and object not in wanted:
        return None
    return value if isinstance(value, wanted) else None


class MetaStore:
    """
    Values behind a tree: what was set, and below it what the headers say.

    Parameters
    ----------
    headers : callable
        Returns the header of an HDU by its name, None when there is no such HDU.
    """

    def __init__(self, headers: Callable[[str], Header | None]) -> None:
        self._headers = headers
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
        keyword = table().by_path[path]
        header = self._headers(keyword.hdu)
        return None if header is None else _typed(header.get(keyword.keyword), keyword)

    def set(self, path: str, value: Any) -> None:  # noqa: ANN401
        """Set a known path, or any other, which then lives in memory only."""
        if path in table().by_path:
            self.changed[path] = value
        else:
            self.extra[path] = value

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
        if path in known.nodes or any(p.startswith(f"{path}.") for p in store.extra):
            return Meta(store, path)
        raise AttributeError(f"{path}: no such metadata")

    def __setattr__(self, name: str, value: Any) -> None:  # noqa: ANN401
        path = f"{self._path}.{name}"
        if isinstance(value, dict) and path not in table().by_path:
            node = Meta(self._store, path)
            for key, item in value.items():
                setattr(node, key, item)
            return
        self._store.set(path, value)

    def __delattr__(self, name: str) -> None:
        self._store.set(f"{self._path}.{name}", None)

    def hasattr(self, name: str) -> bool:
        """Return whether a value, or anything below a node, is set."""
        value = getattr(self, name, None)
        return bool(value.instance) if isinstance(value, Meta) else value is not None

    @property
    def instance(self) -> dict[str, Any]:
        """Everything set at and below this node, as nested dicts."""
        tree: dict[str, Any] = {}
        start = f"{self._path}."
        for path, value in self._store.items():
            if path.startswith(start):
                *nodes, leaf = path[len(start) :].split(".")
                branch = tree
                for node in nodes:
                    branch = branch.setdefault(node, {})
                branch[leaf] = value
        return tree

    def items(self) -> Iterator[tuple[str, Any]]:
        """Yield name and value of what is set directly at or below this node."""
        yield from self.instance.items()

    def __dir__(self) -> list[str]:
        start = f"{self._path}."
        known = table()
        below = [*known.by_path, *known.nodes, *self._store.extra]
        names = {p[len(start) :].split(".")[0] for p in below if p.startswith(start)}
        return sorted({*names, "hasattr", "instance", "items"})

    def __repr__(self) -> str:
        return f"<{self._path}: {self.instance}>"
