"""Jobs and results as data."""

from __future__ import annotations

from pathlib import Path

from strun.batch.jobs import DONE, FAILED, JobResult, file_version


def test_only_a_failure_has_failed() -> None:
    assert JobResult(0, "a.fits", FAILED).failed
    assert not JobResult(0, "a.fits", DONE).failed


def test_effects_need_counts() -> None:
    result = JobResult(0, "a.fits", DONE)
    assert (result.effect, result.brief) == ("", "")


def test_a_stamp_tells_a_file_from_its_successor(tmp_path: Path) -> None:
    path = tmp_path / "x.fits"
    assert file_version(str(path)) is None
    assert file_version(None) is None
    path.write_text("x")
    first = file_version(str(path))
    assert first == file_version(str(path))
    (tmp_path / "y").write_text("x")
    (tmp_path / "y").rename(path)
    assert file_version(str(path)) != first
