"""calwebb_detector1 disturbed: its two products appear both, or neither."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from in_process import LIMIT
from signal_stages import STRUN, Running, assert_nobody_works_on, but_log, contents, stage
from step_references import make_exposure, make_references

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="what a process does is seen in /proc"
)

PRODUCTS = ("x_rate.fits", "x_rateints.fits")
MOMENTS = ("reads", "0%", "40%", "90%")
SIZE = (192, 256)
OLDER = b"an older product"
CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGKILL: -signal.SIGKILL}


class Scene(NamedTuple):
    """A call, and what is in its products when nothing disturbs it."""

    source: Path
    words: list[str]
    whole: dict[str, list[tuple[str, str]]]

    def start(self, folder: Path) -> Running:
        return Running([*self.words, f"--output_dir={folder}"], folder, self.source)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Return a call that takes long enough to be caught."""
    folder = tmp_path_factory.mktemp("two")
    source = make_exposure(folder / "x_uncal.fits", shape=(2, 6, *SIZE))
    options = make_references(folder, size=SIZE, cover=(220, 280))
    out = tmp_path_factory.mktemp("undisturbed")
    scene = Scene(source, ["calwebb_detector1", str(source), *options], {})
    code, said = scene.start(out).end()
    assert code == 0, said
    return scene._replace(whole={name: contents(out / name) for name in PRODUCTS})


@pytest.mark.parametrize("number", CODES, ids=lambda number: number.name)
def test_both_products_are_as_before_or_whole(
    scene: Scene, tmp_path: Path, number: signal.Signals
) -> None:
    caught = 0
    for turn, moment in enumerate(MOMENTS):
        before = dict.fromkeys(PRODUCTS, OLDER) if turn % 2 else {}
        for name in PRODUCTS:
            (tmp_path / name).unlink(missing_ok=True)
            if before:
                (tmp_path / name).write_bytes(OLDER)
        running = scene.start(tmp_path)
        running.wait_for(stage(moment))
        code, said = running.send(number)
        assert_nobody_works_on(scene.source)
        made = [path for path in tmp_path.iterdir() if not path.name.startswith(".strun-")]
        if {path.name: path.read_bytes() for path in made} == before:
            assert code == CODES[number], said
            caught += 1
        else:
            assert {path.name: contents(path) for path in made} == scene.whole, moment
        assert not [line for line in but_log(said) if "Traceback" in line], said
        if number != signal.SIGKILL:
            assert len(made) == len(list(tmp_path.iterdir())), "a file is left"
    assert caught >= 1
    code, said = scene.start(tmp_path).end()
    assert code == 0, said
    assert {path.name: contents(path) for path in tmp_path.iterdir()} == scene.whole


def test_a_killed_batch_is_resumed_with_the_same_bits(folder: Path) -> None:
    for name in "abc":
        make_exposure(folder / f"{name}_uncal.fits")
    words = [STRUN, "calwebb_detector1", ".", "--glob=*_uncal.fits", *make_references(folder)]
    subprocess.run([*words, "--output_dir=whole"], check=True, capture_output=True)
    whole = {path.name: contents(path) for path in (folder / "whole").glob("*.fits")}
    assert len(whole) == 6
    running = subprocess.Popen([*words, "--output_dir=out"], stderr=subprocess.DEVNULL)
    out = folder / "out"
    while running.poll() is None and len(list(out.glob("*.fits"))) < 2:
        continue
    running.kill()
    running.wait(LIMIT)
    done = subprocess.run(
        [*words, "--output_dir=out", "--resume"], check=True, capture_output=True, text=True
    )
    assert "3 exposures" in done.stdout
    assert {path.name: contents(path) for path in out.glob("*.fits")} == whole
    assert not [name for name in os.listdir(out) if name.startswith(".")]
