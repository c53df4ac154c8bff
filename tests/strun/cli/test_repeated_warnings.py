from __future__ import annotations

import logging

from strun.cli.repeated_warnings import RepeatedWarnings


def record(text: str, *args: object, level: int = logging.WARNING) -> logging.LogRecord:
    return logging.LogRecord("jwst", level, "", 0, text, args, None)


def test_warning_passes_once_whatever_exposure_it_is_about() -> None:
    warnings = RepeatedWarnings()
    passed = [warnings(record("%s has no DQ_DEF", f"out/{name}_uncal.fits.gz")) for name in "abc"]
    assert passed == [True, False, False]
    assert warnings.lines() == ["2 more warnings like: out/a_uncal.fits.gz has no DQ_DEF"]


def test_other_warnings_pass_and_are_not_counted() -> None:
    warnings = RepeatedWarnings()
    assert warnings(record("one"))
    assert warnings(record("two"))
    assert warnings.lines() == []


def test_errors_pass_always() -> None:
    warnings = RepeatedWarnings()
    assert all(warnings(record("x", level=logging.ERROR)) for _ in range(2))
    assert warnings.lines() == []


def test_one_more_is_said_in_the_singular() -> None:
    warnings = RepeatedWarnings()
    for _ in range(2):
        warnings(record("of\ntwo lines"))
    assert warnings.lines() == ["1 more warning like: of two lines"]
