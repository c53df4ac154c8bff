"""Binary tables as structured arrays: plain columns here, all others by astropy."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from strun.blockio.layout import Hdu
from strun.blockio.units import fill
from strun.errors import FitsError

_FORMAT = re.compile(r"(\d*)([LXBIJKEDCMA])\Z")
_CODES = {"B": "u1", "I": ">i2", "J": ">i4", "K": ">i8", "E": ">f4", "D": ">f8"}
# FITS 4.0, 7.3.1
_MOST_COLUMNS = 999
_UNSIGNED = {"I": 2**15, "J": 2**31, "K": 2**63}


def _column_keys(hdu: Hdu, number: int) -> set[str]:
    return {key for key in ("TSCAL", "TZERO", "TDIM") if f"{key}{number}" in hdu.header}


def _unsigned(hdu: Hdu, number: int) -> bool:
    """Whether TZERO of a column only turns the sign bit."""
    code = str(hdu.header.get(f"TFORM{number}", "")).strip()[-1:]
    zero = hdu.header.get(f"TZERO{number}")
    scale = hdu.header.get(f"TSCAL{number}", 1)
    return code in _UNSIGNED and zero == _UNSIGNED[code] and scale == 1


def _scaled(hdu: Hdu, number: int) -> bool:
    keys = _column_keys(hdu, number)
    return bool(keys & {"TSCAL", "TZERO"}) and not _unsigned(hdu, number)


def _native_rows(raw: np.ndarray[Any, Any], hdu: Hdu) -> np.ndarray[Any, Any]:
    """Return the rows in native byte order, with unsigned columns read as such."""
    rows = raw.astype(raw.dtype.newbyteorder("="))
    names = rows.dtype.names or ()
    unsigned = {name for n, name in enumerate(names, 1) if _unsigned(hdu, n)}
    if not unsigned:
        return rows
    fields: list[tuple[Any, ...]] = []
    for name in names:
        base, shape = rows.dtype[name].base, rows.dtype[name].shape
        if name in unsigned:
            base = np.dtype(f"u{base.itemsize}")
        fields.append((name, base, shape))
    rows = rows.view(np.dtype(fields))
    for name in unsigned:
        bits = rows[name].dtype.type(1 << (rows[name].dtype.itemsize * 8 - 1))
        rows[name] ^= bits
    return rows


def _plain_columns(hdu: Hdu, count: int) -> list[tuple[Any, ...]] | None:
    """Return the fields of a table of numbers and strings, None when it has others."""
    fields: list[tuple[Any, ...]] = []
    for number in range(1, count + 1):
        form = _FORMAT.match(str(hdu.header.get(f"TFORM{number}", "")).strip())
        name = str(hdu.header.get(f"TTYPE{number}", f"col{number}"))
        special = "TDIM" in _column_keys(hdu, number) or _scaled(hdu, number)
        if form is None or special or form.group(2) not in {*_CODES, "A"}:
            return None
        repeat = int(form.group(1) or 1)
        if form.group(2) == "A":
            fields.append((name, f"S{repeat}"))
        elif repeat == 1:
            fields.append((name, _CODES[form.group(2)]))
        else:
            fields.append((name, _CODES[form.group(2)], (repeat,)))
    return fields


def read_table(fd: int, hdu: Hdu) -> np.ndarray[Any, Any]:
    """
    Return the rows of a table as a structured array, fields named by TTYPE, native byte order.

    Raises FitsError when the unit is no table or its columns do not fill its rows.
    """
    if hdu.kind not in ("bintable", "table"):
        raise FitsError(f"HDU {hdu.name} holds no table, expected one")
    if len(hdu.shape) != 2:
        raise FitsError(f"table {hdu.name} has {len(hdu.shape)} axes, expected 2")
    count = hdu.header.get("TFIELDS")
    if type(count) is not int or not 0 <= count <= _MOST_COLUMNS:
        raise FitsError(f"table {hdu.name}: TFIELDS is {count!r}, expected 0 to {_MOST_COLUMNS}")
    fields = _plain_columns(hdu, count) if hdu.kind == "bintable" else None
    if fields is None or len({name for name, *_ in fields}) < len(fields):
        return _by_astropy(fd, hdu)
    rows, width = hdu.shape
    try:
        dtype = np.dtype(fields)
    except (ValueError, TypeError, OverflowError) as err:
        raise FitsError(f"table {hdu.name} cannot be read ({err})") from err
    if dtype.itemsize != width:
        raise FitsError(
            f"table {hdu.name} has rows of {width} bytes, "
            f"its columns need {dtype.itemsize}; the file is damaged"
        )
    raw = np.empty(rows, dtype)
    if raw.nbytes:
        fill(fd, raw.view(np.uint8), hdu.data_offset)
    return _native_rows(raw, hdu)


def _by_astropy(fd: int, hdu: Hdu) -> np.ndarray[Any, Any]:
    import warnings

    from astropy.io import fits

    data = np.empty(hdu.data_size, np.uint8)
    fill(fd, data, hdu.data_offset)
    raw = hdu.header.to_bytes() + data.tobytes()
    kind = fits.BinTableHDU if hdu.kind == "bintable" else fits.TableHDU
    try:
        with warnings.catch_warnings():
            # of cards that matter, the values tell
            warnings.simplefilter("ignore")
            table = kind.fromstring(raw.ljust(-(-len(raw) // 2880) * 2880, b"\0"), uint=True)
            rows = table.data
            columns = {name: np.asarray(rows[name]) for name in rows.names}
    except Exception as err:
        # damaged headers end in any error, astropy's own VerifyError among them
        raise FitsError(f"table {hdu.name} cannot be read ({err})") from err
    native = {name: _native(values) for name, values in columns.items()}
    dtype = np.dtype([(name, v.dtype, v.shape[1:]) for name, v in native.items()])
    table_rows = np.empty(len(rows), dtype)
    for name, values in native.items():
        table_rows[name] = values
    return table_rows


def _native(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    if values.dtype.kind == "U":
        return np.char.encode(values, "latin-1")
    return values.astype(values.dtype.newbyteorder("="))
