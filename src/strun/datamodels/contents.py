"""All that a model holds, by dotted names, as users of stdatamodels ask for it."""

from __future__ import annotations

import copy as copying
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from strun.blockio.cards import Header
from strun.datamodels.arrays import Listed
from strun.datamodels.holder import ArrayHolder
from strun.datamodels.keywords import table
from strun.datamodels.meta import Headers, Meta, MetaStore
from strun.datamodels.other_cards import Entry, ExtraFits, History, extra_cards

if TYPE_CHECKING:
    from strun.datamodels.views import SearchResult


class Contents(ArrayHolder):
    """
    Arrays, tables and metadata by name: ``model["meta.instrument.name"]``.

    `own_attributes` are no content of the model; `units` are the arrays and tables that come first
    in a product, in order, which has an ASDF extension where the model `needs_asdf`.
    """

    needs_asdf: ClassVar[bool] = True
    _nameless: ClassVar[str] = "the exposure"
    own_attributes: ClassVar[frozenset[str]] = frozenset(
        {"loaded", "made", "replaced", "meta", "_headers", "_store", "_history", "_extra", "units"}
    )

    meta: Meta
    _headers: Headers
    _store: MetaStore
    _history: History | None
    _extra: ExtraFits | None
    units: tuple[str, ...] = ()

    def header(self, hdu: str) -> Header | None:
        """Return the header of a unit of the file by its name (PRIMARY for the first)."""
        return self._headers.get(hdu)

    @property
    def label(self) -> str:
        """What messages call the model: the path of its file, or its name."""
        name: str | None = self.file.path if self.file is not None else self.meta.filename
        return name or self._nameless

    @property
    def changed_keywords(self) -> MetaStore:
        """What was set in the metadata tree."""
        return self._store

    # -- by name ------------------------------------------------------------------------------

    def __getitem__(self, path: str) -> Any:  # noqa: ANN401
        node: Any = self
        for name in path.split("."):
            try:
                node = node[int(name)] if isinstance(node, list) else getattr(node, name)
            except (AttributeError, LookupError, ValueError) as err:
                raise KeyError(path) from err
        return node

    def __setitem__(self, path: str, value: Any) -> None:  # noqa: ANN401
        node, _, name = path.rpartition(".")
        setattr(self[node] if node else self, name, value)

    def __iter__(self) -> Iterator[str]:
        return self.keys()

    def __contains__(self, path: object) -> bool:
        return any(path == name for name, _ in self._named())

    def items(self) -> Iterator[tuple[str, Any]]:
        """Return dotted name and value of all that is set; arrays are read."""
        return self._flat(include_arrays=True)

    def keys(self) -> Iterator[str]:
        """Return the dotted name of all that is set; nothing is read."""
        return (name for name, _ in self._named())

    def values(self) -> Iterator[Any]:
        """Return the value of all that is set."""
        return (value for _, value in self.items())

    def to_flat_dict(self, include_arrays: bool = True) -> dict[str, Any]:
        """Return all that is set by its dotted name, without arrays and tables when asked so."""
        return dict(self._flat(include_arrays))

    def _named(self) -> Iterator[tuple[str, Any]]:
        """Yield dotted name and value of all that is set; arrays and tables as they are listed."""
        for name, value in self._tree().items():
            yield from _leaves(name, value)

    def _tree(self) -> dict[str, Any]:
        """Return metadata, arrays, tables and other cards as nested dicts."""
        found: dict[str, Any] = {"meta": self.meta.instance}
        for name, spec in self.arrays.items():
            shape = self.array_shape(name)
            if shape is not None:
                text = f"shape={shape}, dtype={spec.dtype}, {spec.hdu}"
                found[name] = Listed("ndarray", text, partial(getattr, self, name))
        for name, hdu in self.tables.items():
            if self.hasattr(name):
                found[name] = Listed("table", hdu, partial(getattr, self, name))
        for name, value in self.__dict__.items():
            if name not in self.own_attributes and not name.startswith("_"):
                found[name] = value
        extra = self.all_extra_fits()
        return found | ({"extra_fits": extra} if extra else {})

    def _flat(self, include_arrays: bool) -> Iterator[tuple[str, Any]]:
        for name, value in self._named():
            if not isinstance(value, Listed):
                yield name, value
            elif include_arrays:
                yield name, value.read()

    @property
    def instance(self) -> dict[str, Any]:
        """All that is set, as nested dicts; arrays are read."""
        found = self._tree().items()
        return {n: v.read() if isinstance(v, Listed) else v for n, v in found}

    def getarray_noinit(self, name: str) -> Any:  # noqa: ANN401
        """Return an array that is there; AttributeError when it is not."""
        if not self.hasattr(name):
            raise AttributeError(f"{self!r} has no attribute {name!r}")
        return getattr(self, name)

    # -- to look at ---------------------------------------------------------------------------

    def info(
        self,
        max_rows: int | None = 24,
        max_cols: int | None = 120,
        show_values: bool = True,
        **_: Any,  # noqa: ANN401 - asdf has more, for trees of other kinds
    ) -> None:
        """
        Print what the model holds as a tree.

        Parameters
        ----------
        max_rows : int or None
            Inner nodes are closed until it has no more lines; None shows all.
        max_cols : int or None
            Longer lines are cut.
        show_values : bool
            False shows names and types only.
        """
        from strun.datamodels.views import drawn

        tree = self._tree()
        print(
            drawn(repr(self), tree, max_rows=max_rows, max_cols=max_cols, show_values=show_values)
        )

    def search(
        self,
        key: Any = None,  # noqa: ANN401
        *,
        type_: type | str | None = None,
        value: Any = None,  # noqa: ANN401
        filter_: Callable[..., bool] | None = None,
    ) -> SearchResult:
        """Return what has a name, a type and a value (regular expressions), see `tree.search`."""
        from strun.datamodels.views import search

        return search(self._tree(), key, type_=type_, value=value, filter_=filter_)

    @property
    def schema(self) -> dict[str, Any]:
        """What the model can hold: type, FITS keyword and HDU by nested names."""
        from strun.datamodels.views import schema_of

        return schema_of(self)

    def find_fits_keyword(self, keyword: str, return_result: bool = True) -> list[str]:
        """Return the dotted names that a FITS keyword stands for."""
        return [path for path, row in table().by_path.items() if row.keyword == keyword]

    def search_schema(self, substring: str) -> list[tuple[str, str]]:
        """Return dotted name and description of all that has a text in its name."""
        from strun.datamodels.views import search_schema

        return search_schema(self, substring)

    def validate(self) -> None:
        """Do nothing: what cannot be is refused when it is set."""

    # -- cards that stand for no metadata -----------------------------------------------------

    @property
    def history(self) -> History:
        """Entries of the history, those of the file first."""
        if self._history is None:
            self._set(_history=History(self.header("PRIMARY")))
        history = self._history
        assert history is not None  # made just now
        return history

    @history.setter
    def history(self, values: str | Iterable[str | Entry]) -> None:
        new = History()
        new.extend(values)
        self._set(_history=new)

    @property
    def changed_history(self) -> History | None:
        """The history, None when it is that of the file."""
        return self._history

    def add_history_entry(self, description: str | Entry, software: Any = None) -> None:  # noqa: ANN401
        """Add a text, with the time of now, to the history."""
        self.history.append(description, software)

    def all_extra_fits(self) -> ExtraFits:
        """Return the cards that stand for no metadata, by HDU; they may be changed."""
        if self._extra is None:
            found = {}
            for hdu in dict.fromkeys(["PRIMARY", *(spec.hdu for spec in self.arrays.values())]):
                header = self.header(hdu)
                cards = extra_cards(header, hdu) if header is not None else []
                if cards:
                    found[hdu] = ExtraFits(header=cards)
            self._set(_extra=ExtraFits(found))
        extra = self._extra
        assert extra is not None  # made just now
        return extra

    @property
    def extra_fits(self) -> ExtraFits:
        """Cards that stand for no metadata; AttributeError when there are none."""
        found = self.all_extra_fits()
        if not found:
            raise AttributeError("extra_fits")
        return found

    def changed_extra_fits(self, hdu: str) -> list[list[Any]] | None:
        """Return the cards of an HDU that stand for no metadata, None when not asked for."""
        if self._extra is None:
            return None
        cards: list[list[Any]] = self._extra.get(hdu, {}).get("header", [])
        return cards

    def share_cards(self, other: Contents) -> None:
        """Take over the history and the other cards of a model, as copies."""
        self._set(_history=None if other._history is None else other._history.copy())
        self._set(_extra=copying.deepcopy(other._extra))

    def _set(self, **values: Any) -> None:  # noqa: ANN401
        self.__dict__.update(values)


def _leaves(name: str, value: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401
    """Yield dotted name and value of what is below a node, of lists by number."""
    if isinstance(value, dict):
        below: Any = value.items()
    elif isinstance(value, list):
        below = enumerate(value)
    else:
        yield name, value
        return
    for key, each in below:
        if each is not None:
            yield from _leaves(f"{name}.{key}", each)
