from __future__ import annotations

from jwst.linearity.effect import effect_of
from strun.batch.jobs import DONE, FAILED, JobResult
from strun.cli.batch_progress import exposure_line


def test_a_line_says_what_became_of_an_exposure() -> None:
    result = JobResult(4, "a.fits", DONE, status="SKIPPED", product="out/a.fits", seconds=0.01234)
    assert exposure_line(result, 5, 10) == "[5/10] a.fits -> out/a.fits, skipped, 0.0123 s"


def test_a_line_of_nothing_saved_has_no_product() -> None:
    assert exposure_line(JobResult(0, "a.fits", FAILED), 1, 1) == "[1/1] a.fits, failed, 0 s"


def test_a_line_says_number_product_time_and_effect() -> None:
    counts = {"samples": 1000, "samples_saturated": 10, "samples_without": 40, "pixels": 100}
    effects = {"linearity": effect_of(counts)}
    result = JobResult(3, "a.fits", "done", "COMPLETE", "p.fits", 0.25, effects=effects)
    assert exposure_line(result, 4, 9).startswith(
        "[4/9] a.fits -> p.fits, complete, 0.25 s: 950 of 1,000"
    )
