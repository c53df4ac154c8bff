from __future__ import annotations

import pytest

from strun.batch.jobs import DONE, FAILED, JobResult
from strun.batch.progress import Rate, line


def test_a_line_says_what_became_of_an_exposure() -> None:
    result = JobResult(4, "a.fits", DONE, status="SKIPPED", product="out/a.fits", seconds=0.01234)
    assert line(result, 5, 10) == "[5/10] a.fits -> out/a.fits, skipped, 0.0123 s"


def test_a_line_of_nothing_saved_has_no_product() -> None:
    assert line(JobResult(0, "a.fits", FAILED), 1, 1) == "[1/1] a.fits, failed, 0 s"


@pytest.mark.parametrize(
    ("seconds", "done", "text"),
    [(2.0, 50, "25.0/s"), (120.0, 3, "1.5/min"), (1.0, 1, "1.0/s"), (0.0, 1, "")],
)
def test_a_rate_is_of_seconds_or_minutes(seconds: float, done: int, text: str) -> None:
    moments = iter([100.0, 100.0 + seconds])
    assert Rate(lambda: next(moments)).text(done) == text
