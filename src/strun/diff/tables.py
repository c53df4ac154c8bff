"""Two tables compared, by column."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from strun.blockio.layout import Hdu
from strun.blockio.source import FitsFile
from strun.blockio.units import aligned, fill
from strun.diff.results import ColumnDiff, TableDiff
from strun.errors import FitsError

_PIECE = 4 << 20
_LONGEST = 40
_MOST_COLUMNS = 999


def same_bytes(a: tuple[FitsFile, Hdu], b: tuple[FitsFile, Hdu]) -> bool:
    """Return whether two data units are the same bytes."""
    size = a[1].data_size
    if size != b[1].data_size:
        return False
    left, right = aligned(min(size, _PIECE)), aligned(min(size, _PIECE))
    for first in range(0, size, _PIECE):
        count = min(_PIECE, size - first)
        fill(a[0].fd, left[:count], a[1].data_offset + first)
        fill(b[0].fd, right[:count], b[1].data_offset + first)
        if not np.array_equal(left[:count], right[:count]):
            return False
    return True


def _columns(hdu: Hdu) -> list[object]:
    fields = hdu.header.get("TFIELDS")
    # a damaged header may say any number
    count = min(fields, _MOST_COLUMNS) if isinstance(fields, int) else 0
    keys = ("TTYPE", "TFORM", "TSCAL", "TZERO", "TNULL", "TDIM")
    return [hdu.header.get(f"{key}{n}") for n in range(1, count + 1) for key in keys]


def _rows(hdu: Hdu) -> int:
    return hdu.shape[0] if len(hdu.shape) == 2 else 0


def _text(value: Any) -> str:  # noqa: ANN401 - an element of any column
    if isinstance(value, bytes):
        value = value.decode("latin-1").rstrip("\0 ")
    if isinstance(value, np.ndarray) and value.size > 4:
        return f"{value.size} values"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _differing(a: NDArray[Any], b: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which rows differ; NaN equals NaN."""
    differ = np.asarray(a != b)
    if a.dtype.kind in "fc" and b.dtype.kind in "fc":
        differ &= ~(np.isnan(a) & np.isnan(b))
    rows: NDArray[np.bool_] = np.logical_or.reduce(differ.reshape(len(differ), -1), axis=1)
    return rows


def _compare_column(name: str, a: NDArray[Any], b: NDArray[Any]) -> ColumnDiff | None:
    if a.dtype.kind != b.dtype.kind or a.shape[1:] != b.shape[1:]:
        forms = [f"{v.dtype.name}{list(v.shape[1:]) or ''}" for v in (a, b)]
        return ColumnDiff(name, min(len(a), len(b)), 0, *forms)
    common = min(len(a), len(b))
    where = np.flatnonzero(_differing(a[:common], b[:common]))
    if not where.size:
        return None
    first = int(where[0])
    return ColumnDiff(name, int(where.size), first, _text(a[first]), _text(b[first]))


def compare_tables(a: tuple[FitsFile, Hdu], b: tuple[FitsFile, Hdu]) -> TableDiff:
    """Compare two tables by column; NaN equals NaN in them."""
    result = TableDiff(_rows(a[1]), _rows(b[1]))
    if _columns(a[1]) == _columns(b[1]) and same_bytes(a, b):
        return result
    try:
        left, right = a[0].read_table(a[1]), b[0].read_table(b[1])
    except FitsError:
        sizes = [f"{hdu.data_size} bytes" for _, hdu in (a, b)]
        result.columns.append(ColumnDiff("(cannot be read)", result.rows_a, 0, *sizes))
        return result
    ours, theirs = left.dtype.names or (), right.dtype.names or ()
    for name in dict.fromkeys([*ours, *theirs]):
        if name not in theirs:
            result.columns.append(ColumnDiff(name, a="a column", b=None))
        elif name not in ours:
            result.columns.append(ColumnDiff(name, a=None, b="a column"))
        else:
            found = _compare_column(name, left[name], right[name])
            if found is not None:
                result.columns.append(found)
    return result
