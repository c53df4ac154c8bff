from __future__ import annotations

import logging

from jwst.linearity import LinearityStep
from strun.batch.jobs import DONE, FAILED, JobResult
from strun.cli.batch_progress import RepeatedWarnings, exposure_line


def test_a_line_says_what_became_of_an_exposure() -> None:
    result = JobResult(4, "a.fits", DONE, status="SKIPPED", product="out/a.fits", seconds=0.01234)
    assert exposure_line(result, 5, 10) == "[5/10] a.fits -> out/a.fits, skipped, 0.0123 s"


def test_a_line_of_nothing_saved_has_no_product() -> None:
    assert exposure_line(JobResult(0, "a.fits", FAILED), 1, 1) == "[1/1] a.fits, failed, 0 s"


def test_a_line_says_number_product_time_and_effect() -> None:
    counts = {"samples": 1000, "samples_saturated": 10, "samples_without": 40, "pixels": 100}
    effects = {"linearity": LinearityStep().effect_of(counts)}
    result = JobResult(3, "a.fits", "done", "COMPLETE", "p.fits", 0.25, effects=effects)
    assert exposure_line(result, 4, 9).startswith(
        "[4/9] a.fits -> p.fits, complete, 0.25 s: 950 of 1,000"
    )


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
