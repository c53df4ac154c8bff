"""Texts as cards hold them, and back."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strun.provenance.card_text import decoded, encoded


@pytest.mark.parametrize("name", ["x_uncal.fits", "../a b/x.fits", "50% of it", "100%", "a\\xfc"])
def test_usual_names_stay_as_they_are(name: str) -> None:
    assert encoded(name) == name


@pytest.mark.parametrize(
    ("name", "text"),
    [("ü", "%C3%BC"), ("a\nb", "a%0Ab"), ("%41", "%2541"), ("x ", "x%20"), ("\udcff", "%FF")],
)
def test_odd_ones_are_escaped(name: str, text: str) -> None:
    assert encoded(name) == text


@given(st.binary())
def test_every_name_comes_back(raw: bytes) -> None:
    name = os.fsdecode(raw)
    text = encoded(name)
    assert text.isascii()
    assert text.isprintable()
    assert decoded(text) == name


@given(st.text("%0123456789ABCDEFabcdef é"))
def test_what_looks_like_an_escape_comes_back(name: str) -> None:
    assert decoded(encoded(name)) == name
