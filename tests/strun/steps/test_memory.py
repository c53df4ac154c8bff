"""The memory of a run, told before it and measured in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from factories import make_image, make_linearity, make_mask, make_ramp

from jwst.dq_init import DQInitStep
from jwst.jump import JumpStep
from strun.steps.prepared_run import opened_run
from strun.steps.step import Step

TOLERANCE = 0.2
SIZE = (1024, 1280)

PREDICT = """
import sys
from strun.steps import prepared_run, registry
step = registry.find(sys.argv[1])[0](**{sys.argv[3]: sys.argv[4]})
with prepared_run.opened_run(step, sys.argv[2]) as run:
    run.prepare()
    print(run.memory())
"""

MEASURE = """
import sys
from strun.steps import registry, running
step = registry.find(sys.argv[1])[0](**{sys.argv[3]: sys.argv[4]})
running.run_on_file(step, sys.argv[2])
lines = open("/proc/self/status").read().splitlines()
print(next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) << 10)
"""


def _number(code: str, *words: str) -> int:
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    return int(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="a process's peak is read from /proc")
@pytest.mark.parametrize("alias", ["dq_init", "linearity"])
@pytest.mark.parametrize("size", [SIZE, (64, 64)], ids=["large", "small"])
def test_prediction_is_close_to_the_peak(folder: Path, alias: str, size: tuple[int, int]) -> None:
    place = {"SUBSTRT1": 1, "SUBSTRT2": 1}
    ramp = make_ramp(folder / "x.fits", shape=(1, 6, *size), flags=alias == "linearity", **place)
    if alias == "dq_init":
        words = ["override_mask", str(make_mask(folder / "mask.fits", size=size))]
    else:
        words = ["override_linearity", str(make_linearity(folder / "lin.fits", size=size))]
    words = [alias, str(ramp), *words]
    measured = _number(MEASURE, *words)
    assert _number(PREDICT, *words) == pytest.approx(measured, rel=TOLERANCE)


def predicted(step: Step, path: Path) -> int:
    """Return what a run of a process that holds nothing takes."""
    with opened_run(step, str(path)) as run:
        run.prepare()
        return run.memory(base=0)


def test_skipped_step_takes_no_more_than_the_process(ramp: Path, mask: Path) -> None:
    done = DQInitStep(override_mask=str(mask))
    assert predicted(DQInitStep(skip=True), ramp) <= predicted(done, ramp)


def test_step_in_memory_takes_the_whole_exposure(folder: Path, mask: Path) -> None:
    path = make_ramp(folder / "x.fits", shape=(1, 50, 44, 70))
    whole = 50 * 44 * 70 * (4 + 1)
    hooked = DQInitStep(override_mask=str(mask), post_hooks=["builtins.print"])
    assert predicted(hooked, path) - predicted(DQInitStep(skip=True), path) > whole


def test_whole_groups_take_memory_between_the_passes(folder: Path) -> None:
    place = {"SUBSTRT1": 1, "SUBSTRT2": 1, "NFRAMES": 1, "TGROUP": 3.0}
    path = make_ramp(folder / "x.fits", shape=(1, 5, 44, 70), **place)
    given = {"override_gain": "gain.fits", "override_readnoise": "noise.fits"}
    for name, reftype in (("gain.fits", "GAIN"), ("noise.fits", "READNOISE")):
        make_image(folder / name, reftype, np.ones((44, 70)))
    more = predicted(JumpStep(expand_large_events=True, **given), path)
    assert more - predicted(JumpStep(**given), path) == pytest.approx(12 * 44 * 70, rel=0.5)
