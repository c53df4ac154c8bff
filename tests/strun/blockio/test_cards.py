from __future__ import annotations

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given, settings
from hypothesis import strategies as st

from strun.blockio.cards import Header

ASCII = st.characters(min_codepoint=32, max_codepoint=126)
VALUES = st.one_of(
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(allow_nan=False, allow_infinity=False),
    st.none(),
    st.text("a'& ", max_size=220),
    st.text("a/& =", max_size=220),
)
ROWS = st.lists(st.tuples(VALUES, st.text("c: ", max_size=40)), min_size=1, max_size=5)


def cards(*lines: str) -> Header:
    """Return a header of these lines."""
    return Header([line.ljust(80).encode("latin-1") for line in lines])


def known(header: fits.Header, keyword: str) -> object:
    """Return astropy's value, None when it is undefined."""
    value = header[keyword]
    return None if isinstance(value, fits.card.Undefined) else value


@settings(max_examples=150, deadline=None)
@given(ROWS)
def test_parse_equals_astropy_when_astropy_wrote(rows: list[tuple[object, str]]) -> None:
    theirs = fits.Header([(f"K{n}", *row) for n, row in enumerate(rows)])
    raw = theirs.tostring().encode()
    header, theirs = Header.parse(raw), fits.Header.fromstring(raw)
    for keyword in theirs:
        value = known(theirs, keyword)
        assert header.get(keyword) == value
        assert type(header.get(keyword)) is type(value)
        assert header.comment(keyword) == theirs.comments[keyword].strip()
    assert header.to_bytes() == raw


@settings(max_examples=150, deadline=None)
@given(ROWS)
def test_set_is_read_by_astropy(rows: list[tuple[object, str]]) -> None:
    header = Header()
    for number, (value, comment) in enumerate(rows):
        header.set(f"K{number}", value, comment)
    raw = header.to_bytes()
    theirs, again = fits.Header.fromstring(raw), Header.parse(raw)
    for number, (value, _) in enumerate(rows):
        expected = value.rstrip() if isinstance(value, str) else value
        found = known(theirs, f"K{number}")
        assert found == (pytest.approx(value, rel=1e-12) if type(value) is float else expected)
        assert again.get(f"K{number}") == found
        assert again.comment(f"K{number}") == theirs.comments[f"K{number}"].strip()


@settings(max_examples=100, deadline=None)
@given(ROWS, st.integers(0, 4), VALUES)
def test_set_leaves_other_cards_when_one_changes(
    rows: list[tuple[object, str]], place: int, value: object
) -> None:
    raw = fits.Header([(f"K{n}", *row) for n, row in enumerate(rows)]).tostring().encode()
    header = Header.parse(raw)
    before = [header.to_bytes()[i : i + 80] for i in range(0, len(header) * 80, 80)]
    header.set(f"K{place}", value)
    after = [header.to_bytes()[i : i + 80] for i in range(0, len(header) * 80, 80)]
    kept = [card for card in before if not card.startswith((f"K{place} ".encode(), b"CONTINUE"))]
    rest = [card for card in after if not card.startswith((f"K{place} ".encode(), b"CONTINUE"))]
    assert rest == kept


@settings(max_examples=100, deadline=None)
@given(ROWS)
def test_set_leaves_card_when_value_is_equal(rows: list[tuple[object, str]]) -> None:
    raw = fits.Header([(f"K{n}", *row) for n, row in enumerate(rows)]).tostring().encode()
    header = Header.parse(raw)
    for keyword in header.keywords():
        header.set(keyword, header.get(keyword))
    assert header.to_bytes() == raw


@pytest.mark.parametrize("value", [np.int64(5), np.float64(5.0), np.bool_(True), np.str_("x")])
def test_set_leaves_card_when_numpy_scalar_is_equal(value: np.generic) -> None:
    text = {"i": "5", "f": "5.0 / odd place", "b": "T", "U": "'x'"}[value.dtype.kind]
    header = cards(f"KEY     = {text}")
    before = header.to_bytes()
    header.set("KEY", value)
    assert header.to_bytes() == before


def test_set_keeps_comment_when_none_is_given() -> None:
    header = cards("KEY     = 5 / said")
    header.set("key", "six")
    assert header.get("KEY") == "six"
    assert header.comment("KEY") == "said"


def test_set_replaces_first_card_when_keyword_stands_twice() -> None:
    header = cards("KEY     = 1", "KEY     = 2")
    header.set("KEY", 3)
    assert list(header.items()) == [("KEY", 3), ("KEY", 2)]


def test_set_removes_old_continuation_when_string_becomes_short() -> None:
    header = Header()
    header.set("KEY", "x" * 200)
    header.set("LAST", 1)
    header.set("KEY", "short")
    assert list(header.items()) == [("KEY", "short"), ("LAST", 1)]


def test_set_puts_card_behind_continuation_when_after_is_given() -> None:
    header = Header()
    header.set("LONG", "x" * 200)
    header.set("LAST", 1)
    header.set("NEW", 2, after="LONG")
    assert header.keywords() == ["LONG", "NEW", "LAST"]


def test_set_appends_before_blank_cards_when_keyword_is_new() -> None:
    header = cards("A       = 1", "", "")
    header.set("B", 2)
    assert header.keywords() == ["A", "B", "", ""]


def test_get_reads_hierarch_as_astropy() -> None:
    line = "HIERARCH ESO DET CHIP = 'x/y' / said"
    header, theirs = cards(line), fits.Header.fromstring(line.ljust(80))
    assert header.get("ESO DET CHIP") == theirs["ESO DET CHIP"] == "x/y"
    assert header.comment("eso det chip") == theirs.comments["ESO DET CHIP"]


@pytest.mark.parametrize("keyword", ["COMMENT", "HISTORY", ""])
def test_items_gives_text_when_commentary_looks_like_a_value(keyword: str) -> None:
    line = f"{keyword:8}= 5 / no value"
    header, theirs = cards(line), fits.Header.fromstring(line.ljust(80))
    assert list(header.items()) == [(keyword, "= 5 / no value")] == list(theirs.items())
    assert header.get(keyword) == "= 5 / no value"


def test_get_gives_default_only_when_keyword_is_missing() -> None:
    header = cards("EMPTY   =")
    assert header.get("EMPTY", 5) is None
    assert header.get("NONE", 5) == 5
    assert "empty" in header
    assert "NONE" not in header
    assert header.comment("NONE") == ""


def test_get_keeps_ampersand_when_no_card_continues() -> None:
    assert cards("KEY     = 'a&'", "B       = 1").get("KEY") == "a&"


def test_remove_takes_all_cards_when_string_is_long() -> None:
    header = Header()
    header.set("KEY", "x" * 200)
    header.extend(cards("B       = 1", "KEY     = 2", "HISTORY h"))
    header.remove("KEY")
    header.remove("HISTORY")
    assert list(header.items()) == [("B", 1)]


def test_copy_is_independent() -> None:
    header = cards("A       = 1")
    other = header.copy()
    assert other == header
    other.set("A", 2)
    assert header.get("A") == 1
    assert other != header


def test_a_card_at_the_end_is_found_and_is_not_in_a_copy() -> None:
    header = Header()
    header.set("FIRST", 1)
    copy = header.copy()
    header.set("SECOND", 2)
    assert (header.get("SECOND"), copy.get("SECOND")) == (2, None)
    copy.set("FIRST", 3)
    assert (header.get("FIRST"), copy.get("FIRST")) == (1, 3)


@pytest.mark.parametrize("count", [0, 1, 35, 36])
def test_size_is_that_of_the_bytes(count: int) -> None:
    header = Header()
    for number in range(count):
        header.set(f"K{number}", number)
    assert header.size == len(header.to_bytes())


def test_without_leaves_out_keywords() -> None:
    assert cards("A       = 1", "B       = 2").without(frozenset({"A"})).keywords() == ["B"]


@pytest.mark.parametrize("count", [0, 1, 35, 36, 71])
def test_to_bytes_fills_blocks(count: int) -> None:
    raw = cards(*["A       = 1"] * count).to_bytes()
    assert len(raw) == 2880 * (count // 36 + 1)
    assert raw[count * 80 :].strip() == b"END"
    assert len(Header.parse(raw)) == count


def test_pad_keeps_the_size_of_a_header_that_lost_cards() -> None:
    header = Header()
    for number in range(36):
        header.set(f"KEY{number}", number)
    size = header.size
    header.remove("KEY35")
    assert header.size < size
    header.pad(size)
    assert header.size == size == len(header.to_bytes())
    assert header.get("KEY34") == 34
