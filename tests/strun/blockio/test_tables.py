from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from astropy.io import fits

from strun.blockio.source import FitsFile
from strun.blockio.tables import read_table
from strun.errors import FitsError

Bytes = Callable[..., bytes]


def compare(raw: bytes) -> np.ndarray:
    """Read the second unit as a table, hold every column to astropy's, and return it."""
    with FitsFile.from_bytes(raw) as file:
        mine = file.read_table(file.hdus[1])
    with fits.open(io.BytesIO(raw)) as hdus:
        theirs = hdus[1].data
        assert list(mine.dtype.names or ()) == theirs.names
        assert len(mine) == len(theirs)
        for name in theirs.names:
            other = np.asarray(theirs[name])
            if other.dtype.kind == "U":
                assert np.char.decode(mine[name], "ascii").tolist() == other.tolist()
            else:
                assert mine[name].dtype.isnative
                np.testing.assert_array_equal(mine[name], other)
    return mine


def columns(*triples: tuple[str, str, object]) -> fits.BinTableHDU:
    """Return a table of columns: name, format, values."""
    return fits.BinTableHDU.from_columns(
        [fits.Column(name, form, array=values) for name, form, values in triples]
    )


def test_read_table_equals_astropy_when_columns_are_plain(fits_bytes: Bytes) -> None:
    numbers = np.arange(5)
    forms = [("b", "B"), ("i", "I"), ("j", "J"), ("k", "K"), ("e", "E"), ("d", "D")]
    table = columns(
        *[(name, form, numbers) for name, form in forms],
        ("s", "7A", np.array(["a", "bc", "", "defghij", "x"])),
        ("v", "3E", np.arange(15.0).reshape(5, 3)),
    )
    mine = compare(fits_bytes(table))
    assert mine.dtype["s"] == "S7"
    assert mine.dtype["v"].shape == (3,)


@pytest.mark.parametrize("kind", ["u2", "u4", "u8"])
@pytest.mark.parametrize("shape", [(), (4,)])
def test_read_table_equals_astropy_when_column_is_unsigned(
    kind: str, shape: tuple[int, ...], fits_bytes: Bytes
) -> None:
    values = np.zeros(3, [("n", "i2"), ("u", kind, shape)])
    values["u"][1], values["u"][2] = np.iinfo(kind).max, 5
    values["n"] = [-1, 0, 1]
    assert compare(fits_bytes(fits.BinTableHDU(values))).dtype["u"].base == kind


@pytest.mark.parametrize(
    ("form", "values"),
    [
        ("L", [True, False, True]),
        ("X", [[True], [False], [True]]),
        ("M", [1j, 2, 3 + 1j]),
        ("2C", np.ones((3, 2), "c8")),
    ],
)
def test_read_table_equals_astropy_when_column_is_unusual(
    form: str, values: object, fits_bytes: Bytes
) -> None:
    compare(fits_bytes(columns(("a", form, np.array(values)), ("n", "J", np.arange(3)))))


def test_read_table_equals_astropy_when_column_is_scaled(fits_bytes: Bytes) -> None:
    raw = fits_bytes(columns(("a", "I", np.arange(9))))
    cards = [("TSCAL1", 0.5), ("TZERO1", 3)]
    text = "".join(str(fits.Card(*card)) for card in cards).encode()
    end = raw.rindex(b"END" + b" " * 77)
    raw = raw[:end] + text + raw[end : end + 80] + raw[end + 80 + len(text) :]
    assert compare(raw)["a"].tolist() == [3 + n / 2 for n in range(9)]


def test_read_table_equals_astropy_when_column_has_dimensions(fits_bytes: Bytes) -> None:
    values = np.arange(24.0).reshape(2, 3, 4)
    table = fits.BinTableHDU.from_columns([fits.Column("a", "12D", dim="(4,3)", array=values)])
    assert compare(fits_bytes(table))["a"].shape == (2, 3, 4)


def test_read_table_equals_astropy_when_rows_have_a_heap(fits_bytes: Bytes) -> None:
    lists = np.array([np.arange(1), np.arange(4), np.arange(2)], object)
    table = columns(("n", "J", np.arange(3)), ("v", "PJ()", lists))
    with FitsFile.from_bytes(fits_bytes(table)) as file:
        mine = read_table(file.fd, file.hdus[1])
    assert [row.tolist() for row in mine["v"]] == [[0], [0, 1, 2, 3], [0, 1]]


def test_read_table_equals_astropy_when_it_is_ascii(fits_bytes: Bytes) -> None:
    made = [fits.Column("n", "I6", array=np.arange(4)), fits.Column("x", "E12.5", array=np.ones(4))]
    made.append(fits.Column("s", "A5", array=np.array(["a", "b", "", "abcde"])))
    compare(fits_bytes(fits.TableHDU.from_columns(made)))


def test_read_table_equals_astropy_when_two_formats_write_the_width_last(fits_bytes: Bytes) -> None:
    raw = fits_bytes(columns(("s", "7A", np.array(["abc", "defghij"]))))
    compare(raw.replace(b"'7A      '", b"'A7      '"))


@pytest.mark.parametrize("rows", [0, 1])
def test_read_table_gives_rows_when_there_are_few(rows: int, fits_bytes: Bytes) -> None:
    mine = compare(fits_bytes(fits.BinTableHDU(np.ones(rows, [("a", "i4"), ("u", "u2")]))))
    assert len(mine) == rows


def test_read_table_gives_nothing_when_table_has_no_columns(fits_bytes: Bytes) -> None:
    with FitsFile.from_bytes(fits_bytes(fits.BinTableHDU())) as file:
        assert read_table(file.fd, file.hdus[1]).shape == (0,)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (b"'J       '", b"'D       '", "rows of 12 bytes, its columns need 16"),
        (b"'J       '", b"'99999999999999A'", "cannot be read|columns need"),
        (b"'J       '", b"'?       '", "cannot be read"),
        (b"NAXIS   =                    2", b"NAXIS   =                    1", "has 1 axes"),
        (
            b"TFIELDS =                    2",
            b"TFIELDS =                  'a'",
            "TFIELDS is 'a', expected 0 to 999",
        ),
    ],
)
def test_read_table_says_one_line_when_header_is_damaged(
    old: bytes, new: bytes, line: str, fits_bytes: Bytes
) -> None:
    raw = fits_bytes(columns(("n", "J", np.arange(240)), ("x", "D", np.ones(240))))
    at = raw.index(old, 2880)
    raw = raw[:at] + new + raw[at + len(new) :]
    with (
        FitsFile.from_bytes(raw) as file,
        pytest.raises(FitsError, match=rf"^<memory>: table .*({line})"),
    ):
        file.read_table(file.hdus[1])


def test_read_table_refuses_when_unit_is_an_image(fits_bytes: Bytes) -> None:
    with (
        FitsFile.from_bytes(fits_bytes()) as file,
        pytest.raises(FitsError, match="HDU PRIMARY holds no table, expected one"),
    ):
        file.read_table(file.hdus[0])
