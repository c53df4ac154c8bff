from __future__ import annotations

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given, settings
from hypothesis import strategies as st

from strun.blockio.values import format_card, format_value, parse_value, plain, printable

ASCII = st.characters(min_codepoint=32, max_codepoint=126)
NUMBERS = st.one_of(
    st.integers(-(10**40), 10**40),
    st.floats(allow_nan=False, allow_infinity=False),
    st.complex_numbers(allow_nan=False, allow_infinity=False),
    st.booleans(),
)

ODD = ["12", "+12", "007", "1.", ".5", "1.D5", "1D5", "1E 5", "1e400", "(1, 2)", "5/6", "T / yes"]
ODD += ["", " / only", "''", "'        '", "'  lead'", "'a/b' / c/d", "'it''s' / o'k", "''' '''"]


@settings(max_examples=300, deadline=None)
@given(st.integers(-(10**40), 10**40) | st.booleans() | st.text(ASCII, max_size=33))
def test_format_card_equals_astropy_when_value_fits_one_card(value: int | bool | str) -> None:
    assert b"".join(format_card("KEY", value)).decode() == str(fits.Card("KEY", value))


@settings(max_examples=300, deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_format_card_is_read_by_astropy_when_value_is_float(value: float) -> None:
    read = fits.Card.fromstring(format_card("KEY", value, "c")[0]).value
    assert type(read) is float
    assert read == pytest.approx(value, rel=1e-12, abs=0)


@settings(max_examples=300, deadline=None)
@given(NUMBERS)
def test_parse_value_reads_what_astropy_writes(value: complex) -> None:
    text = str(fits.Card("KEY", value, "say"))
    assert parse_value(text[10:]) == (fits.Card.fromstring(text).value, "say")


@pytest.mark.parametrize("field", ODD)
def test_parse_value_equals_astropy_when_form_is_odd(field: str) -> None:
    card = fits.Card.fromstring(f"KEY     = {field}")
    undefined = isinstance(card.value, fits.card.Undefined)
    assert parse_value(field) == (None if undefined else card.value, card.comment)


@pytest.mark.parametrize("field", ["nan", "TRUE", "2021-01-01", "'open", "1 2", "'x'junk"])
def test_parse_value_gives_text_when_it_is_no_value(field: str) -> None:
    assert parse_value(f" {field}  ")[0] == field


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_format_value_refuses_when_not_finite(value: float) -> None:
    with pytest.raises(ValueError, match="cannot stand in a FITS header"):
        format_value(value)


@pytest.mark.parametrize("keyword", ["", "TOOLONGKEY", "lower", "A B", "É"])
def test_format_card_refuses_when_keyword_is_not_allowed(keyword: str) -> None:
    with pytest.raises(ValueError, match="is no FITS keyword"):
        format_card(keyword, 1)


@pytest.mark.parametrize(
    "value", [np.bool_(True), np.int16(-3), np.uint8(3), np.float64(0.1), np.complex64(1 + 2j)]
)
def test_format_value_equals_python_value_when_it_is_a_numpy_scalar(value: np.generic) -> None:
    assert format_value(value) == format_value(value.item())
    assert type(plain(value)) is type(value.item())


def test_format_card_cuts_comment_when_it_is_long() -> None:
    (card,) = format_card("KEY", 1, "c" * 100)
    assert card.decode() == f"KEY     = {1:>20} / " + "c" * 47


def test_printable_escapes_when_text_is_not_ascii() -> None:
    assert printable("µm\n") == "\\xb5m\\n"
    assert len(format_card("KEY", "µ" * 60)[0]) == 80


@settings(max_examples=200, deadline=None)
@given(st.text("a'& ", min_size=60, max_size=220) | st.text("a/& =", min_size=60, max_size=220))
def test_format_card_is_read_by_astropy_when_string_is_long(value: str) -> None:
    raw = b"".join(format_card("KEY", value, "say"))
    assert len(raw) % 80 == 0
    assert fits.Header.fromstring(raw)["KEY"] == value.rstrip()
