from __future__ import annotations

import pytest

from strun.errors import InputError, shortened, words_of


class OddError(Exception):
    """An error that cannot say what it is."""

    def __str__(self) -> str:
        raise ValueError("no words")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (InputError("a.fits: is\nodd"), "a.fits: is odd"),
        (InputError(), "InputError"),
        (KeyError("x"), "KeyError: 'x'"),
        (ValueError(), "ValueError"),
        (OddError(), "OddError: its message cannot be read"),
    ],
)
def test_words_of_an_error_are_one_line(error: Exception, words: str) -> None:
    assert words_of(error) == words


def test_message_that_is_too_long_keeps_its_begin_and_its_end() -> None:
    text = shortened(f"x.fits: {'y' * 10**6}; give another")
    assert text.startswith("x.fits: yyy")
    assert text.endswith("yyy; give another")
    assert len(text) < 900
