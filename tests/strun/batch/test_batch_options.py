from __future__ import annotations

import pytest

from strun.batch.batch_options import worker_count
from strun.errors import ValidationError


@pytest.mark.parametrize(
    ("jobs", "count"), [(1, 1), ("4", 4), (" 08 ", 8), ("auto", 0), ("AUTO", 0), ("999999", 999999)]
)
def test_numbers_of_workers_are_read(jobs: int | str, count: int) -> None:
    assert worker_count(jobs) == count


@pytest.mark.parametrize(
    "jobs",
    [0, -1, True, 1.5, "", "0", "-1", "1.5", "+2", "1_0", "²", "٣", "many", "9" * 7, "9" * 5000],
)
def test_other_numbers_of_workers_are_refused(jobs: int | str) -> None:
    with pytest.raises(ValidationError, match=r"expected 1, 2 \.\.\. or auto"):
        worker_count(jobs)
