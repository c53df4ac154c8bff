"""The base of all data models: arrays, tables and metadata of one exposure or reference."""

from __future__ import annotations

import copy as copying
import os
from types import TracebackType
from typing import Any, ClassVar, Self

from jwst.blockio.cards import Header
from jwst.blockio.parts import Part
from jwst.datamodels import origin, product
from jwst.datamodels.holder import ArrayHolder
from jwst.datamodels.meta import Meta, MetaStore
from jwst.errors import InputError, StepError

__all__ = ["JwstDataModel"]


class JwstDataModel(ArrayHolder):
    """
    Arrays, tables and metadata of a JWST file.

    Arrays stay on disk until they are touched: ``model.data``. Unset arrays are None.

    Parameters
    ----------
    init : str, Path, tuple of int, ndarray, HDUList, JwstDataModel or None
        What it is made from: a file, the shape of its main array, that array itself, an opened
        FITS file, or another model, whose arrays are then shared.
    **arrays
        Arrays by name; they are cast to the model's dtype.

    Raises
    ------
    InputError
        When `init` cannot be read or is of no usable kind.
    """

    needs_asdf: ClassVar[bool] = True
    crds_observatory: ClassVar[str] = "jwst"

    headers: dict[str, Header | None]
    meta: Meta

    def __init__(self, init: Any = None, **arrays: Any) -> None:  # noqa: ANN401
        self._set(file=None, closed=False, loaded={}, headers={}, replaced=set())
        self._set(_store=MetaStore(self.header))
        self._set(meta=Meta(self._store))
        if isinstance(init, JwstDataModel):
            origin.share(self, init)
        else:
            origin.begin(self, init)
        for name, values in arrays.items():
            if name not in self.arrays and name not in self.tables:
                raise InputError(
                    f"{type(self).__name__} has no array {name!r}; it has "
                    f"{', '.join([*self.arrays, *self.tables]) or 'none'}"
                )
            setattr(self, name, values)

    def _set(self, **values: Any) -> None:  # noqa: ANN401
        self.__dict__.update(values)

    # -- metadata -----------------------------------------------------------------------------

    def header(self, hdu: str) -> Header | None:
        """Return the header of a unit of the file by its name (PRIMARY for the first)."""
        if hdu not in self.headers and self.file is not None:
            found = self.file.hdus[0] if hdu == "PRIMARY" else self.file.find(hdu)
            self.headers[hdu] = None if found is None else found.header
        header: Header | None = self.headers.get(hdu)
        return header

    @property
    def changed_keywords(self) -> MetaStore:
        """What was set in the metadata tree."""
        store: MetaStore = self._store
        return store

    def get_crds_parameters(self) -> dict[str, Any]:
        """Return the metadata that references are chosen by: path to value, flat."""
        simple = (str, int, float, bool)
        return {path: v for path, v in self._store.items() if isinstance(v, simple)}

    def update(self, other: JwstDataModel | dict[str, Any], only: str | None = None) -> None:
        """Take over the metadata of another model, all but its kind, or of the HDU `only`."""
        from jwst.datamodels.keywords import table

        found = product.flat(other) if isinstance(other, dict) else other._store.items()
        for path, value in found:
            row = table().by_path.get(path)
            chosen = only is None or (row is not None and row.hdu == only.upper())
            if chosen and path != "meta.model_type":
                self._store.set(path, value)

    # -- life ---------------------------------------------------------------------------------

    def copy(self) -> Self:
        """Return an independent copy; arrays that are still on disk stay there."""
        new = type(self)(self)
        new._set(loaded={name: copying.deepcopy(v) for name, v in self.loaded.items()})
        for name, value in self.__dict__.items():
            if name not in new.__dict__:
                new.__dict__[name] = copying.copy(value)
        return new

    def parts(self) -> list[Part]:
        """Return the model as the units of a product, in jwst's order."""
        return product.parts(self)

    def save(
        self,
        path: str | os.PathLike[str],
        dir_path: str | None = None,
        *,
        checksum: bool = False,
        durable: bool = False,
        **_: Any,  # noqa: ANN401
    ) -> str:
        """
        Write the model to a file, which appears when it is complete.

        Parameters
        ----------
        path : str or Path
            The file; an older one is replaced.
        dir_path : str, optional
            Its folder, in place of the one in `path`.
        checksum : bool, optional
            Write CHECKSUM and DATASUM into every HDU.
        durable : bool, optional
            Force it to the disk before it gets its name.

        Returns
        -------
        str
            Where it was written.
        """
        target = os.fspath(path)
        if dir_path is not None:
            target = os.path.join(dir_path, os.path.basename(target))
        product.save(self, target, checksum=checksum, durable=durable)
        return target

    def close(self) -> None:
        """Let go of the file; arrays that have been read stay."""
        self._set(file=None, closed=self.closed or self.file is not None)

    def info(self) -> None:
        """Print the arrays, tables and metadata of the model."""
        print(product.describe(self))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        name = self.meta.filename
        return f"<{type(self).__name__}{self.shape or ''}{f' from {name}' if name else ''}>"

    def _repr_html_(self) -> str:
        from jwst.datamodels.html import model_html

        return model_html(self)

    @property
    def override_handle(self) -> str:
        """How a product names this model when it was given as a reference."""
        return f"override://{type(self).__name__}"

    def __getstate__(self) -> Any:  # noqa: ANN401
        raise StepError(f"a {type(self).__name__} cannot be pickled; save it and send its path")
