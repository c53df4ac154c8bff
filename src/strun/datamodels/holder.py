"""What holds arrays and tables by name: on disk until they are touched."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, ClassVar

from strun.blockio.layout import Hdu
from strun.blockio.source import FitsFile
from strun.datamodels.arrays import ArraySpec, cast, image_of, require_axes, require_integers
from strun.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

log = logging.getLogger("jwst.datamodels.arrays")


class ArrayHolder:
    """
    Arrays and tables of a file, read when they are touched; unset ones are None.

    Of `arrays` the main one comes first; those that are `required` must have its shape. `file` has
    what is not `loaded` (None there: taken away). Arrays of the file that have another shape than
    they must are `replaced`, and count as missing. Those that a correction makes are `made`: where
    they are missing they begin as zeros.
    """

    arrays: ClassVar[dict[str, ArraySpec]] = {}
    tables: ClassVar[dict[str, str]] = {}
    required: ClassVar[tuple[str, ...]] = ()

    file: FitsFile | None
    loaded: dict[str, Any]
    replaced: set[str]
    made: set[str]

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        if name in type(self).arrays:
            if name not in self.loaded:
                self.loaded[name] = self._read_array(name)
            return self.loaded[name]
        if name in type(self).tables:
            if name not in self.loaded:
                self._load_table(name, self.table_rows(name))
            return self.loaded[name]
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:  # noqa: ANN401
        if name in type(self).arrays:
            if value is not None:
                value = cast(name, self.arrays[name], value, kind=type(self).__name__)
            self.loaded[name] = value
        elif name in type(self).tables:
            self._load_table(name, value)
        else:
            object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        if name in type(self).arrays or name in type(self).tables:
            self.loaded[name] = None
        else:
            object.__delattr__(self, name)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self.arrays, *self.tables})

    # -- tables -------------------------------------------------------------------------------

    def _load_table(self, name: str, values: Any) -> None:  # noqa: ANN401
        from strun.datamodels.tables import as_rows

        self.loaded[name] = None if values is None else as_rows(name, values)

    def table_rows(self, name: str) -> np.ndarray[Any, Any] | None:
        """Return a table as it is in the file, or in memory; None without it."""
        if name in self.loaded:
            rows: np.ndarray[Any, Any] | None = self.loaded[name]
            return rows
        hdu = self.table_hdu(name)
        if hdu is None or self.file is None:
            return None
        self.file.require_unwritten()
        return self.file.read_table(hdu)

    def table_hdu(self, name: str) -> Hdu | None:
        """Return the unit that holds a table on disk."""
        hdu = None if self.file is None else self.file.find(self.tables[name])
        return hdu if hdu is not None and hdu.kind != "image" else None

    # -- arrays -------------------------------------------------------------------------------

    def image_hdu(self, name: str) -> Hdu | None:
        """Return the unit of the file that has an array's name, whatever its shape."""
        return None if self.file is None else image_of(self.file, self.arrays[name])

    def _usable_hdu(self, name: str) -> Hdu | None:
        """Return the unit that holds an array, None without one of the right shape."""
        hdu = self.image_hdu(name)
        if self.file is None or hdu is None or not hdu.shape:
            return None
        spec, path = self.arrays[name], self.file.path
        require_axes(hdu, spec, path=path, kind=type(self).__name__)
        if name in self.required:
            # a main array that was set since may be shorter: the flags of the file stay right
            main = self.image_hdu(self.get_primary_array_name())
            wanted = self.default_shape(name, None if main is None else main.shape)
            if wanted is not None and wanted != hdu.shape:
                if name not in self.replaced:
                    self.replaced.add(name)
                    text = "%s has shape %s, expected %s: it is replaced by zeros"
                    log.warning(text, spec.hdu, hdu.shape, wanted)
                return None
        require_integers(hdu, spec, path=path)
        return hdu

    def array_hdu(self, name: str) -> Hdu | None:
        """Return the unit that holds an array on disk, None when it is in memory or missing."""
        return None if name in self.loaded else self._usable_hdu(name)

    def array_shape(self, name: str) -> tuple[int, ...] | None:
        """Return an array's shape without reading it, None when there is no such array."""
        if name in self.loaded:
            values = self.loaded[name]
            return None if values is None else tuple(values.shape)
        hdu = self._usable_hdu(name)
        return self._zeros_shape(name) if hdu is None else hdu.shape

    def _zeros_shape(self, name: str) -> tuple[int, ...] | None:
        """Return the shape of the zeros that stand for an array which a file does not have."""
        wanted = name in self.made or (name in self.required and self.file is not None)
        return self.default_shape(name) if wanted else None

    def _read_array(self, name: str) -> NDArray[Any] | None:
        """Return an array, read from disk or made of zeros when the model must have it."""
        hdu = self._usable_hdu(name)
        if hdu is not None and self.file is not None:
            self.file.require_unwritten()
            return self.file.read_array(hdu, self.arrays[name].dtype)
        import numpy as np

        shape = self._zeros_shape(name)
        return None if shape is None else np.zeros(shape, self.arrays[name].dtype)

    def fitting(self, name: str) -> NDArray[Any] | None:
        """
        Return an array that a correction works on; one that is missing is made of zeros.

        Raises InputError when flags are not of the shape that the main array asks for.
        """
        must_be = name in self.required or name in self.made
        wanted = self.default_shape(name) if must_be else None
        if wanted is not None and getattr(self, name) is None:
            if name in self.required:
                log.warning("there is no %s: no sample is taken as flagged", name)
            setattr(self, name, self.get_default(name))
        values: NDArray[Any] | None = getattr(self, name)
        if values is not None and wanted is not None and values.shape != wanted:
            raise InputError(
                f"{name} has shape {values.shape}, expected {wanted} for data of shape {self.shape}"
            )
        return values

    def has_array(self, name: str) -> bool:
        """Return whether an array is in memory or on disk (defaults do not count)."""
        if name in self.loaded:
            return self.loaded[name] is not None
        return self._usable_hdu(name) is not None

    def get_primary_array_name(self) -> str:
        """Return the name of the main array."""
        return next(iter(self.arrays), "")

    @property
    def shape(self) -> tuple[int, ...] | None:
        """Shape of the main array, None without one."""
        name = self.get_primary_array_name()
        return self.array_shape(name) if name in self.arrays else None

    def default_shape(
        self, name: str, beside: tuple[int, ...] | None = None
    ) -> tuple[int, ...] | None:
        """
        Return the shape that an array must have beside the main one, None without that.

        `beside` is the shape of the main array, when not the one that it has now.
        """
        main = self.get_primary_array_name()
        if name == main or main not in self.arrays:
            return None
        shape = beside or self.array_shape(main)
        if shape is None:
            return None
        ndim = self.arrays[name].ndim or len(shape)
        return shape[-ndim:] if ndim != 3 or len(shape) < 4 else (shape[0], *shape[-2:])

    def get_default(self, name: str) -> Any:  # noqa: ANN401
        """
        Return an array of the shape and dtype that `name` must have, or a table without rows.

        Without a main array there are no pixels either. The default of metadata is an empty dict.

        Raises
        ------
        AttributeError
            When the model has no array or table of that name.
        """
        import numpy as np

        if name == "meta":
            return {}
        if name not in self.arrays:
            return np.zeros(0, self.get_dtype(name))
        shape, spec = self.default_shape(name), self.arrays[name]
        return np.full((0,) * (spec.ndim or 0) if shape is None else shape, spec.fill, spec.dtype)

    def get_dtype(self, name: str) -> np.dtype[Any]:
        """
        Return the dtype of an array, or of the rows of a table.

        Raises
        ------
        AttributeError
            When the model has nothing of that name.
        ValueError
            For metadata, which has none.
        """
        import numpy as np

        from strun.datamodels.tables import columns_of

        if name == "meta":
            raise ValueError("meta has no dtype; expected the name of an array or a table")
        if name in self.arrays:
            return np.dtype(self.arrays[name].dtype)
        columns = columns_of(name) if name in self.tables else None
        if columns is None:
            raise AttributeError(f"{type(self).__name__} has no array or table {name!r}")
        return columns

    def hasattr(self, name: str) -> bool:
        """Return whether an array, a table or an attribute is there; nothing is read for it."""
        if name in self.arrays:
            return self.array_shape(name) is not None
        if name in self.tables:
            there = self.loaded[name] if name in self.loaded else self.table_hdu(name)
            return there is not None
        return getattr(self, name, None) is not None

    def fill_required(self) -> None:
        """Make the flags that a model in memory must have beside its main array, of zeros."""
        if self.file is not None or self.shape is None:
            return
        for name in self.required:
            if self.loaded.get(name) is None and self.default_shape(name) is not None:
                self.loaded[name] = self.get_default(name)
