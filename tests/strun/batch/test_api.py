"""A batch as one call of Python."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from astropy.io import fits
from batch_helpers import STRUN
from batch_steps import GateStep, OddStep, OldStep
from factories import make_linearity, make_ramp

import jwst.batch
from jwst.dq_init import DQInitStep
from jwst.linearity import LinearityStep
from strun.batch.jobs import JobResult, Started
from strun.errors import InputError, StepError, ValidationError


@pytest.mark.parametrize("jobs", [1, 2, "auto"])
def test_a_batch_saves_a_product_of_each(three: list[Path], jobs: int | str) -> None:
    report = jwst.batch.run(DQInitStep(override_mask="mask.fits"), three, jobs=jobs)
    assert report.exit_code == 0
    assert [row.product for row in report.results] == [f"{n}_dq_init.fits" for n in "abc"]
    assert fits.getval("c_dq_init.fits", "S_DQINIT") == "COMPLETE"


def test_parameters_keep_where_they_come_from(three: list[Path]) -> None:
    Path("d.cfg").write_text(
        'name = "dq_init"\nclass = "jwst.dq_init.DQInitStep"\noverride_mask = "mask.fits"\n'
    )
    jwst.batch.run("d.cfg", three[:2], jobs=2)
    assert fits.getval("a_dq_init.fits", "STRUNP01") == "override_mask = mask.fits (cfg)"


def test_a_class_takes_its_defaults(three: list[Path]) -> None:
    report = jwst.batch.run(OldStep, three[0])
    assert report.results[0].product == "a_half.fits"


def test_results_are_in_the_order_of_the_inputs(three: list[Path]) -> None:
    heard: list[object] = []

    def hear(event: object) -> None:
        heard.append(event)
        if isinstance(event, JobResult) and event.path.endswith("c_uncal.fits"):
            Path("gate").touch()

    report = jwst.batch.run(GateStep(only="a"), three, jobs=2, heard=hear)
    assert [Path(row.path).name[0] for row in report.results] == ["a", "b", "c"]
    ended = [event.index for event in heard if isinstance(event, JobResult)]
    assert ended[-1] == 0
    assert sum(isinstance(event, Started) for event in heard) == 3


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_of_any_kind_is_data(three: list[Path], jobs: int) -> None:
    report = jwst.batch.run(OddStep, three, jobs=jobs)
    assert [row.outcome for row in report.results] == ["done", "failed", "done"]
    bad = report.results[1]
    assert bad.error.endswith("b_uncal.fits: ZeroDivisionError: no way")
    assert bad.error_kind == "ZeroDivisionError"
    assert report.exit_code == 1
    assert not Path("b_half.fits").exists()


@pytest.mark.parametrize("jobs", [1, 2])
def test_old_style_steps_resume(three: list[Path], jobs: int) -> None:
    jwst.batch.run(OldStep(output_dir="out"), three[:2], jobs=jobs)
    report = jwst.batch.run(OldStep(output_dir="out"), three, jobs=jobs, resume=True)
    assert [row.outcome for row in report.results] == ["up to date", "up to date", "done"]


def test_other_parameters_are_redone(three: list[Path]) -> None:
    Path("gate").touch()
    jwst.batch.run(GateStep(only="a"), three)
    report = jwst.batch.run(GateStep(only="b"), three, resume=True)
    assert [row.outcome for row in report.results] == ["done"] * 3


def test_a_cut_product_is_redone(three: list[Path]) -> None:
    Path("gate").touch()
    jwst.batch.run(GateStep(), three)
    whole = Path("b_half.fits").read_bytes()
    Path("b_half.fits").write_bytes(whole[:-2880])
    report = jwst.batch.run(GateStep(), three, resume=True)
    assert [row.outcome for row in report.results] == ["up to date", "done", "up to date"]
    assert len(Path("b_half.fits").read_bytes()) == len(whole)


def data_of(path: str) -> list[bytes]:
    with fits.open(path) as hdus:
        return [b"" if hdu.data is None else hdu.data.tobytes() for hdu in hdus]


def test_exposures_of_a_batch_leave_each_other_alone(folder: Path) -> None:
    make_linearity(folder / "linearity.fits", inverse=3)
    corners = [(11, 21), (11, 21), (1, 1), (11, 21), (31, 2)]
    paths = [
        make_ramp(
            folder / f"e{number}_uncal.fits",
            SUBSTRT1=x,
            SUBSTRT2=y,
            NFRAMES=1 + number % 2,
        )
        for number, (x, y) in enumerate(corners)
    ]
    step = LinearityStep(override_linearity="linearity.fits", output_dir="many")
    jwst.batch.run(step, paths)
    for number, path in enumerate(paths):
        # a process of its own, which has seen no other
        words = [str(STRUN), "linearity", path, "--override_linearity=linearity.fits"]
        subprocess.run(words, check=True, capture_output=True)
        name = f"e{number}_linearitystep.fits"
        assert data_of(f"many/{name}") == data_of(name)


def test_a_class_of_the_running_program_runs_here_and_not_in_workers(three: list[Path]) -> None:
    class LocalStep(OldStep):
        """Only this function knows it."""

    assert jwst.batch.run(LocalStep, three).exit_code == 0
    with pytest.raises(StepError, match="LocalStep is defined in the running program"):
        jwst.batch.run(LocalStep, three, jobs=2)


@pytest.mark.parametrize("jobs", [0, -1, "many", 1.5, True])
def test_a_wrong_number_of_jobs_is_refused(three: list[Path], jobs: int) -> None:
    with pytest.raises(ValidationError, match=r"expected 1, 2 \.\.\. or auto"):
        jwst.batch.run(OldStep, three, jobs=jobs)


def test_a_folder_without_a_pattern_is_refused(three: list[Path]) -> None:
    with pytest.raises(InputError, match="say which of its files"):
        jwst.batch.run(OldStep, ".")


def test_journal_and_summary_are_as_asked(three: list[Path]) -> None:
    jwst.batch.run(OldStep(output_dir="out"), three, journal=False, summary=Path("s.json"))
    assert sorted(os.listdir("out")) == ["a_half.fits", "b_half.fits", "c_half.fits"]
    assert Path("s.json").stat().st_size


@pytest.mark.parametrize("target", ["list", "a_uncal.fits"])
def test_a_summary_over_what_is_read_is_refused(three: list[Path], target: str) -> None:
    Path("list").write_text("a_uncal.fits\n")
    before = Path(target).read_bytes()
    with pytest.raises(ValidationError, match=r"summary .*: is (a list of|one of the) inputs"):
        jwst.batch.run(OldStep(output_dir="out"), "@list", summary=target)
    assert Path(target).read_bytes() == before
