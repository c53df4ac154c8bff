"""Tables of a model: rows with columns by name, their texts as str."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from strun.datamodels.keywords import lines_of
from strun.errors import InputError

if TYPE_CHECKING:
    from astropy.io.fits import ColDefs

_TEXT = "latin-1"


@cache
def _columns() -> dict[str, np.dtype[Any]]:
    """Return the row dtypes of the tables by their names in jwst."""
    rows = lines_of("columns.csv")
    names = dict.fromkeys(name for name, _, _ in rows)
    return {
        each: np.dtype([(column, kind) for name, column, kind in rows if name == each])
        for each in names
    }


class TableRows(np.recarray):
    """The rows of a table: ``rows["NAME"]``, ``rows.NAME``, ``rows[0]["NAME"]``; texts are str."""

    @property
    def names(self) -> list[str]:
        """Names of the columns, in order."""
        return list(self.dtype.names or ())

    @property
    def columns(self) -> ColDefs:
        """The columns as astropy describes them."""
        from astropy.io.fits import ColDefs

        return ColDefs(self.view(np.ndarray))


def columns_of(name: str) -> np.dtype[Any] | None:
    """Return the row dtype that a table has by its name in jwst, None when that is not known."""
    return _columns().get(name)


def _with_kind(dtype: np.dtype[Any], kind: str) -> np.dtype[Any]:
    """Return a row dtype whose texts are str ("U") or bytes ("S"), of as many characters."""
    fields: list[tuple[Any, ...]] = []
    for name in dtype.names or ():
        base, shape = dtype[name].base, dtype[name].shape
        if base.kind in "SU":
            length = base.itemsize // (4 if base.kind == "U" else 1)
            base = np.dtype(f"{kind}{length}")
        fields.append((name, base, shape))
    return np.dtype(fields)


def _recoded(column: np.ndarray[Any, Any], kind: str) -> np.ndarray[Any, Any]:
    """Return a column whose texts, if it has any, are str ("U") or bytes ("S")."""
    if column.dtype.kind == "S" and kind == "U":
        # FITS pads texts with spaces, and those mean nothing
        return np.char.rstrip(np.char.decode(column, _TEXT))
    if column.dtype.kind == "U" and kind == "S":
        return np.char.encode(column, _TEXT)
    return column


def _table(columns: dict[str, np.ndarray[Any, Any]], dtype: np.dtype[Any]) -> Any:  # noqa: ANN401
    """Return the rows of columns, which are put into those of `dtype` in order."""
    rows = np.zeros(max(map(len, columns.values()), default=0), dtype)
    for name, column in zip(dtype.names or (), columns.values(), strict=True):
        rows[name] = column
    return rows


def _same_columns(found: np.dtype[Any], wanted: np.dtype[Any]) -> bool:
    mine, theirs = (sorted(name.lower() for name in each.names or ()) for each in (found, wanted))
    return mine == theirs


def as_rows(name: str, values: Any) -> TableRows:  # noqa: ANN401
    """
    Return what a user gives as a table, or what was read from a file.

    That may be a structured ndarray, a FITS_rec, an astropy Table, a list of tuples or a 1-D
    ndarray; anything else, or tuples of another length than the table has columns, raise
    InputError. Columns that jwst knows for the table get its dtypes; others stay as they are.
    """
    wanted = columns_of(name)
    if hasattr(values, "as_array"):
        values = values.as_array()
    if not (isinstance(values, np.ndarray) and values.dtype.names):
        if wanted is None:
            raise InputError(f"{name}: a {type(values).__name__} is no table, expected an array")
        try:
            if isinstance(values, np.ndarray) and values.ndim == 1 and values.dtype.kind in "iuf":
                # as in jwst, a number of a row goes into all of its columns
                values = values.astype(wanted)
            else:
                values = np.array([tuple(row) for row in values], _with_kind(wanted, "U"))
        except (TypeError, ValueError) as err:
            raise InputError(
                f"{name}: expected rows of {', '.join(wanted.names or ())} ({err})"
            ) from err
    # columns are asked for one by one: a FITS_rec turns them into what they mean
    found = {column: np.atleast_1d(np.asarray(values[column])) for column in values.dtype.names}
    native = {n: c.astype(c.dtype.newbyteorder("="), copy=False) for n, c in found.items()}
    dtype = np.dtype([(n, c.dtype, c.shape[1:]) for n, c in native.items()])
    columns = {n: _recoded(c, "U") for n, c in native.items()}
    if wanted is not None and _same_columns(dtype, wanted):
        lower = {n.lower(): c for n, c in columns.items()}
        dtype, columns = wanted, {n: lower[n.lower()] for n in wanted.names or ()}
    rows: TableRows = _table(columns, _with_kind(dtype, "U")).view(TableRows)
    return rows


def plain_rows(rows: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return rows with their texts as bytes, as a FITS file has them."""
    columns = {name: _recoded(np.asarray(rows[name]), "S") for name in rows.dtype.names or ()}
    plain: np.ndarray[Any, Any] = _table(columns, _with_kind(rows.dtype, "S"))
    return plain
