"""The base of all data models: arrays, tables and metadata of one exposure or reference."""

from __future__ import annotations

import copy as copying
import os
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Self

from jwst.blockio.cards import Header
from jwst.blockio.layout import Hdu
from jwst.blockio.parts import Part
from jwst.blockio.source import FitsFile
from jwst.datamodels import arrays as model_arrays
from jwst.datamodels import origin, product
from jwst.datamodels.arrays import ArraySpec
from jwst.datamodels.meta import Meta, MetaStore
from jwst.errors import InputError, StepError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["JwstDataModel"]


class JwstDataModel:
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

    arrays: ClassVar[dict[str, ArraySpec]] = {}
    tables: ClassVar[dict[str, str]] = {}
    required: ClassVar[tuple[str, ...]] = ()
    needs_asdf: ClassVar[bool] = True
    crds_observatory: ClassVar[str] = "jwst"

    file: FitsFile | None
    closed: bool
    loaded: dict[str, Any]
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

    # -- arrays -------------------------------------------------------------------------------

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        if name in type(self).arrays:
            if name not in self.loaded:
                self.loaded[name] = model_arrays.read(self, name)
            return self.loaded[name]
        if name in type(self).tables:
            if name not in self.loaded:
                self.loaded[name] = self._read_table(name)
            return self.loaded[name]
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:  # noqa: ANN401
        if name in type(self).arrays:
            self.loaded[name] = None if value is None else self._cast(name, value)
        elif name in type(self).tables:
            self.loaded[name] = value
        else:
            object.__setattr__(self, name, value)

    def _cast(self, name: str, value: Any) -> NDArray[Any]:  # noqa: ANN401
        import numpy as np

        spec = self.arrays[name]
        values = np.asarray(value)
        if spec.ndim is not None and values.ndim != spec.ndim:
            raise InputError(
                f"{name} has {values.ndim} axes {values.shape}, expected {spec.ndim} in a "
                f"{type(self).__name__}"
            )
        return values.astype(spec.dtype, copy=False)

    def _read_table(self, name: str) -> np.ndarray[Any, Any] | None:
        hdu = self.table_hdu(name)
        return None if hdu is None or self.file is None else self.file.read_table(hdu)

    def table_hdu(self, name: str) -> Hdu | None:
        """Return the unit that holds a table on disk."""
        hdu = None if self.file is None else self.file.find(self.tables[name])
        return hdu if hdu is not None and hdu.kind != "image" else None

    def array_hdu(self, name: str) -> Hdu | None:
        """Return the unit that holds an array on disk, None when it is in memory or missing."""
        return None if name in self.loaded else model_arrays.array_hdu(self, name)

    def array_shape(self, name: str) -> tuple[int, ...] | None:
        """Return an array's shape without reading it, None when there is no such array."""
        return model_arrays.array_shape(self, name)

    def has_array(self, name: str) -> bool:
        """Return whether an array is in memory or on disk (defaults do not count)."""
        if name in self.loaded:
            return self.loaded[name] is not None
        return model_arrays.array_hdu(self, name) is not None

    def get_primary_array_name(self) -> str:
        """Return the name of the main array."""
        return next(iter(self.arrays), "")

    @property
    def shape(self) -> tuple[int, ...] | None:
        """Shape of the main array, None without one."""
        name = self.get_primary_array_name()
        return self.array_shape(name) if name in self.arrays else None

    def default_shape(self, name: str) -> tuple[int, ...] | None:
        """Return the shape that an array must have beside the main one, None without that."""
        main = self.get_primary_array_name()
        if name == main or main not in self.arrays:
            return None
        shape = self.array_shape(main)
        if shape is None:
            return None
        ndim = self.arrays[name].ndim or len(shape)
        return shape[-ndim:] if ndim != 3 or len(shape) < 4 else (shape[0], *shape[-2:])

    def get_default(self, name: str) -> NDArray[Any]:
        """
        Return zeros of the shape and dtype that `name` must have, or a table without rows.

        Without a main array there are no pixels either.

        Raises
        ------
        AttributeError
            When the model has no array or table of that name.
        """
        import numpy as np

        if name not in self.arrays:
            return np.zeros(0, self.get_dtype(name))
        shape = self.default_shape(name)
        return np.zeros(
            (0,) * (self.arrays[name].ndim or 0) if shape is None else shape,
            self.arrays[name].dtype,
        )

    def get_dtype(self, name: str) -> np.dtype[Any]:
        """Return the dtype of an array, or of the rows of a table."""
        import numpy as np

        from jwst.datamodels.tables import ROWS

        if name in self.arrays:
            return np.dtype(self.arrays[name].dtype)
        if name in self.tables and name in ROWS:
            return np.dtype(ROWS[name])
        raise AttributeError(f"{type(self).__name__} has no array or table {name!r}")

    def hasattr(self, name: str) -> bool:
        """Return whether an array, a table or an attribute is there and not None."""
        return getattr(self, name, None) is not None

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
            chosen = only is None or (row is not None and row.hdu == only)
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

        Returns
        -------
        str
            Where it was written.
        """
        target = os.fspath(path)
        if dir_path is not None:
            target = os.path.join(dir_path, os.path.basename(target))
        product.save(self, target, checksum=checksum)
        return target

    def close(self) -> None:
        """Let go of the file; arrays that have been read stay."""
        self._set(file=None, closed=self.closed or self.file is not None)

    def must_be_open(self) -> None:
        """Raise StepError when the file is closed: what was not read would be missing."""
        if self.closed:
            raise StepError(
                f"{self.meta.filename or type(self).__name__}: the model is closed; "
                "read its arrays and save it before"
            )

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
