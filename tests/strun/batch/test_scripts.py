"""The scripts that people copy: they parse, and those that need no SLURM of their own run."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from batch_helpers import STRUN
from in_process import LIMIT

SCRIPTS = Path(__file__).resolve().parents[3] / "scripts" / "batch"
NAMES = ["dask_slurm.sh", "gnu_parallel.sh", "loop.sh", "slurm_array.sh"]


def run(name: str, *words: str, code: int = 0, **environment: str) -> str:
    path = f"{STRUN.parent}:{Path.cwd()}/bin:{os.environ['PATH']}"
    done = subprocess.run(
        [SCRIPTS / name, *words],
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": path, **environment},
        check=False,
        timeout=LIMIT,
    )
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


def products(folder: str) -> list[str]:
    return sorted(path.name for path in Path(folder).glob("*.fits"))


@pytest.fixture
def exposures(three: list[Path]) -> Path:
    """Return a list of three exposures in a folder of their own."""
    Path("raw").mkdir()
    for path in three:
        path.rename(Path("raw", path.name))
    Path("list").write_text("".join(f"raw/{path.name}\n" for path in three))
    return Path("list")


def test_all_scripts_are_tested() -> None:
    assert sorted(path.name for path in SCRIPTS.iterdir()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_scripts_parse(name: str) -> None:
    shell = (SCRIPTS / name).read_text().splitlines()[0].removeprefix("#!")
    subprocess.run([shell, "-n", SCRIPTS / name], check=True)


def test_the_loop_runs_and_goes_on(exposures: Path) -> None:
    words = ("loop.sh", "dq_init", "raw", "out", "--override_mask=mask.fits")
    whole = Path("raw/b_uncal.fits").read_bytes()
    Path("raw/b_uncal.fits").write_bytes(whole[:6000])
    assert "1 exposures failed" in run(*words, code=1)
    assert products("out") == ["a_dq_init.fits", "c_dq_init.fits"]
    first = Path("out/a_dq_init.fits").stat().st_mtime_ns
    Path("raw/b_uncal.fits").write_bytes(whole)
    run(*words)
    assert products("out") == ["a_dq_init.fits", "b_dq_init.fits", "c_dq_init.fits"]
    assert Path("out/a_dq_init.fits").stat().st_mtime_ns == first


def test_gnu_parallel_runs(exposures: Path) -> None:
    if shutil.which("parallel") is None:
        pytest.skip("GNU parallel is not installed")
    run("gnu_parallel.sh", "dq_init", "raw", "out", "--override_mask=mask.fits")
    assert len(products("out")) == 3


def test_tasks_of_an_array_share_the_list(exposures: Path) -> None:
    words = ("slurm_array.sh", "dq_init", "list", "out", "--override_mask=mask.fits")
    run(*words, SLURM_ARRAY_TASK_ID="0", SLURM_ARRAY_TASK_COUNT="2")
    assert products("out") == ["b_dq_init.fits"]
    run(*words, SLURM_ARRAY_TASK_ID="1", SLURM_ARRAY_TASK_COUNT="2")
    assert products("out") == ["a_dq_init.fits", "b_dq_init.fits", "c_dq_init.fits"]
    assert Path("out/summary-1.json").exists()


def test_a_cluster_in_an_allocation_runs(exposures: Path) -> None:
    pytest.importorskip("distributed")
    # what srun does with one task
    Path("bin").mkdir()
    Path("bin/srun").write_text('#!/bin/sh\nexec "$@"\n')
    Path("bin/srun").chmod(0o755)
    words = ("dask_slurm.sh", "dq_init", "list", "out", "--override_mask=mask.fits")
    said = run(*words, SLURM_JOB_ID="7")
    assert "3 exposures: 3 done" in said
    assert len(products("out")) == 3
    assert not list(Path.cwd().glob("scheduler-*"))
