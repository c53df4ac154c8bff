from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from batch_steps import OldStep

from jwst.dq_init import DQInitStep
from strun.batch.executors import BatchOptions
from strun.batch.jobs import NOT_RUN
from strun.batch.runner import Batch
from strun.steps.run_files import JOURNAL


def batch(paths: list[Path], **how: object) -> Batch:
    step = DQInitStep(override_mask="mask.fits", output_dir="out")
    return Batch(step, list(map(str, paths)), BatchOptions(**how))  # type: ignore[arg-type]


def test_before_it_looked_nothing_is_known(three: list[Path]) -> None:
    made = batch(three)
    assert (made.left, made.redone, made.peak, made.folder) == (0, [], 0, "")


def test_what_is_left_is_known_after_the_look(three: list[Path]) -> None:
    made = batch([*three, Path("none.fits")])
    (faulty,) = made.check()
    assert faulty.path == "none.fits"
    assert (made.left, made.folder) == (3, "out")
    strict = batch([*three, Path("none.fits")], strict=True)
    strict.check()
    assert strict.left == 0


def test_the_look_writes_nothing(three: list[Path]) -> None:
    before = sorted(os.listdir())
    batch(three, jobs=0, resume=True).check()
    assert sorted(os.listdir()) == before


@pytest.mark.parametrize("how", [{"jobs": 0}, {"jobs": 2, "max_memory": 10**10}])
def test_memory_is_asked_for_when_it_decides(three: list[Path], how: dict[str, int]) -> None:
    made = batch(three, **how)
    made.check()
    assert made.peak > 10_000_000


def test_the_journal_has_a_begin_and_an_end_of_everything(three: list[Path]) -> None:
    made = batch([*three, Path("none.fits")])
    made.check()
    made.run()
    lines = [json.loads(line) for line in Path("out", JOURNAL).read_text().splitlines()]
    events = [line["event"] for line in lines]
    assert events == ["begin", *["start", "end"] * 3, "finish"]
    assert {line["batch"] for line in lines} == {lines[0]["batch"]}
    assert (lines[0]["inputs"], lines[-1]["exit_code"]) == (4, 1)


def test_nothing_is_noted_when_nothing_is_run(three: list[Path]) -> None:
    made = batch([Path("none.fits")])
    made.check()
    assert made.run().exit_code == 1
    assert not Path("out").exists()


def test_what_was_not_reached_is_not_run(three: list[Path]) -> None:
    made = Batch(OldStep(), list(map(str, three)), BatchOptions())
    made.check()

    def stop(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        made.run(stop)
    report = made.report()
    assert [row.outcome for row in report.results] == [NOT_RUN] * 3
    assert report.exit_code == 130
