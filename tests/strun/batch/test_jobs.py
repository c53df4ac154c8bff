"""Jobs and results as data."""

from __future__ import annotations

import pickle
from pathlib import Path

from strun.batch.jobs import DONE, FAILED, JobResult, compacted, file_version
from strun.effects.effect import Effect


def test_kept_results_share_their_words() -> None:
    effects = {"linearity": Effect({"".join(("samples", "_corrected")): 7}, "a line", "brief")}
    result = JobResult(
        1, "a.fits", DONE, effects=effects, log=((0.0, "jwst", 20, "a line"),), worker="host:12"
    )
    one, other = (compacted(pickle.loads(pickle.dumps(result)), "a.fits") for _ in range(2))
    assert one == other
    assert one.log == ()
    assert one.worker is other.worker
    names = [next(iter(each.effects["linearity"].numbers)) for each in (one, other)]
    assert names[0] is names[1]
    assert one.effects == effects


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
