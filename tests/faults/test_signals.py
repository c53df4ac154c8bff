"""SIGINT, SIGTERM and SIGKILL at ten moments of a run: a whole product, or nothing has happened."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from factories import make_linearity, make_ramp
from signal_stages import Running, assert_nobody_works_on, but_log, contents, stage

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="what a process does is seen in /proc"
)

MOMENTS = ("listens", "has_numpy", "reads", "0%", "10%", "25%", "40%", "55%", "70%", "85%")
OLDER = b"an older product"
SAID = {signal.SIGINT: (130, "interrupted"), signal.SIGTERM: (143, "terminated")}


class Scene(NamedTuple):
    """A call, and the product that it makes when nothing disturbs it."""

    source: Path
    words: list[str]
    product: str
    whole: list[tuple[str, str]]

    def start(self, folder: Path) -> Running:
        return Running([*self.words, f"--output_dir={folder}"], folder, self.source)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Return a call on an exposure that is large enough for workers: 48 MB."""
    folder = tmp_path_factory.mktemp("signals")
    source = make_ramp(folder / "x_uncal.fits", shape=(2, 4, 1024, 1024))
    reference = make_linearity(folder / "lin.fits", size=(1100, 1100))
    # as deep as the folders of the tests: a product says the way to its exposure
    out = tmp_path_factory.mktemp("undisturbed")
    words = ["linearity", str(source), f"--override_linearity={reference}"]
    scene = Scene(source, words, "x_linearitystep.fits", [])
    code, said = scene.start(out).end()
    assert code == 0, said
    return scene._replace(whole=contents(out / scene.product))


def undone(folder: Path, scene: Scene, older: bool) -> bool:
    """Return whether a folder is as it was; if not there must be the whole product."""
    path = folder / scene.product
    if (path.read_bytes() == OLDER) if older and path.exists() else not path.exists():
        return True
    assert contents(path) == scene.whole
    return False


class Ended(NamedTuple):
    """A run that was disturbed: when, its exit code, what it said, whether nothing is changed."""

    moment: str
    code: int
    said: list[str]
    undone: bool


def disturbed(scene: Scene, folder: Path, number: signal.Signals) -> Iterator[Ended]:
    """Run ten times, over an older product and not, and send a signal at another moment."""
    for turn, moment in enumerate(MOMENTS):
        older = turn % 2 == 1
        if older:
            (folder / scene.product).write_bytes(OLDER)
        else:
            (folder / scene.product).unlink(missing_ok=True)
        running = scene.start(folder)
        running.wait_for(stage(moment))
        code, said = running.send(number)
        assert_nobody_works_on(scene.source)
        assert not [line for line in said if "Traceback" in line], said
        yield Ended(moment, code, but_log(said), undone(folder, scene, older))


@pytest.mark.parametrize("number", SAID, ids=lambda number: number.name)
def test_a_signal_leaves_what_was_there_or_the_whole_product(
    scene: Scene, tmp_path: Path, number: signal.Signals
) -> None:
    caught = 0
    for moment, code, said, as_before in disturbed(scene, tmp_path, number):
        if as_before:
            assert (code, said) == (SAID[number][0], [f"strun: error: {SAID[number][1]}"]), moment
        left = {path.name for path in tmp_path.iterdir()} - {scene.product}
        assert not left, moment
        caught += as_before
    # the first stages come long before the end, however late this process is
    assert caught >= 3


def test_a_kill_leaves_what_was_there_or_the_whole_product(scene: Scene, tmp_path: Path) -> None:
    caught = 0
    for moment, _, said, as_before in disturbed(scene, tmp_path, signal.SIGKILL):
        caught += as_before
        assert not said
        left = [p.name for p in tmp_path.iterdir() if p.name != scene.product]
        assert len(left) <= 1, moment
        assert all(name.startswith(".strun-") for name in left), left
    assert caught >= 3
    code, said = scene.start(tmp_path).end()
    assert code == 0, said
    assert contents(tmp_path / scene.product) == scene.whole
    assert [path.name for path in tmp_path.iterdir()] == [scene.product]
