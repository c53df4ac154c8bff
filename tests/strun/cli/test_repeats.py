from __future__ import annotations

import logging

from strun.cli.repeats import Repeats


def record(text: str, *args: object, level: int = logging.WARNING) -> logging.LogRecord:
    return logging.LogRecord("jwst", level, "", 0, text, args, None)


def test_warning_passes_once_whatever_exposure_it_is_about() -> None:
    repeats = Repeats()
    passed = [repeats(record("%s has no DQ_DEF", f"out/{name}_uncal.fits.gz")) for name in "abc"]
    assert passed == [True, False, False]
    assert repeats.told() == ["2 more warnings like: out/a_uncal.fits.gz has no DQ_DEF"]


def test_other_warnings_pass_and_are_not_counted() -> None:
    repeats = Repeats()
    assert repeats(record("one"))
    assert repeats(record("two"))
    assert repeats.told() == []


def test_errors_pass_always() -> None:
    repeats = Repeats()
    assert all(repeats(record("x", level=logging.ERROR)) for _ in range(2))
    assert repeats.told() == []


def test_one_more_is_said_in_the_singular() -> None:
    repeats = Repeats()
    for _ in range(2):
        repeats(record("of\ntwo lines"))
    assert repeats.told() == ["1 more warning like: of two lines"]
