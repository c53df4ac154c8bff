"""Steps as data, and the packs of references that go with them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from batch_helpers import STRUN, until
from batch_steps import QuarterPipeline
from factories import make_mask

from jwst.dq_init import DQInitStep
from strun.batch.executors import BatchOptions
from strun.batch.recipe import Recipe, fresh_step
from strun.batch.runner import Batch
from strun.references.reference_pack import Packed, write_pack


@pytest.fixture
def pack(folder: Path, mask: Path) -> Path:
    """Return a pack with a mask."""
    write_pack("refs.tar", [Packed(str(mask), "mask", None, ())])
    return folder / "refs.tar"


@pytest.fixture
def temporary(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that other processes use for temporary files."""
    monkeypatch.setenv("TMPDIR", str(folder / "tmp"))
    (folder / "tmp").mkdir()
    return folder / "tmp"


def test_a_recipe_makes_the_same_step(mask: Path) -> None:
    step = DQInitStep(override_mask="mask.fits", suffix="own")
    step.allow_mismatch = True
    made = Recipe.of(step).build()
    assert type(made) is DQInitStep
    assert made.allow_mismatch
    assert (made.override_mask, made.suffix) == (step.override_mask, "own")
    assert made.origins == step.origins


def test_a_step_is_fresh_each_time(mask: Path) -> None:
    recipe = Recipe.of(DQInitStep(override_mask="mask.fits"))
    one, other = fresh_step(recipe), fresh_step(recipe)
    one.counts["pixels"] = 1
    assert other.counts == {}
    assert one.references is not other.references


def test_a_pipeline_is_fresh_with_its_steps() -> None:
    recipe = Recipe.of(QuarterPipeline())
    one, other = fresh_step(recipe), fresh_step(recipe)
    assert one.substeps["first"].parent is one
    # as CRDS's parameters for an exposure do
    one.substeps["first"].update_pars({"skip": True})
    one.substeps["first"].counts["samples"] = 1
    assert other.substeps["first"].skip is False
    assert fresh_step(recipe).substeps["first"].counts == {}


def test_a_recipe_for_anywhere_has_absolute_paths(
    pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRUN_REFS", "refs.tar")
    recipe = Recipe.of(DQInitStep(override_mask="mask.fits", output_dir="out")).anywhere()
    monkeypatch.delenv("STRUN_REFS")
    (pack.parent / "elsewhere").mkdir()
    monkeypatch.chdir(pack.parent / "elsewhere")
    step = recipe.build()
    assert step.refs == str(pack)
    assert step.override_mask == str(pack.parent / "mask.fits")
    assert step.output_dir == str(pack.parent / "out")


def test_workers_get_the_folder_of_a_pack(three: list[Path], pack: Path) -> None:
    step = DQInitStep()
    step.refs = "refs.tar"
    batch = Batch(step, list(map(str, three)), BatchOptions(jobs=2))
    assert batch.check() == []
    folders = {job.recipe.options.refs for job in batch._jobs()}
    assert len(folders) == 1
    assert sorted(os.listdir(folders.pop())) == ["manifest.json", "mask.fits"]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_pack_leaves_nothing_behind(
    three: list[Path], pack: Path, temporary: Path, jobs: str
) -> None:
    words = [STRUN, "dq_init", *three, f"-j{jobs}", "--refs=refs.tar"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert "3 exposures: 3 done" in done.stdout
    assert os.listdir(temporary) == []


def test_what_a_killed_process_left_is_swept(pack: Path, temporary: Path) -> None:
    code = (
        "import sys; from strun.references.reference_pack import folder_of; "
        "print(folder_of('refs.tar'), flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **pipes, text=True) as first:
        assert first.stdout is not None
        killed = Path(first.stdout.readline().strip())
        first.kill()
    assert killed.is_dir()
    with subprocess.Popen(command, **pipes, text=True) as second:
        assert second.stdout is not None
        other = Path(second.stdout.readline().strip())
        assert os.listdir(temporary) == [other.name]
        second.communicate()
    until(lambda: not other.exists(), "the end of the second")


def test_another_pack_is_another_recipe(folder: Path, pack: Path) -> None:
    make_mask(folder / "other.fits")
    write_pack("other.tar", [Packed("other.fits", "mask", None, ())])
    keys = set()
    for name in ("refs.tar", "other.tar"):
        step = DQInitStep()
        step.refs = name
        keys.add(Recipe.of(step).unpacked().key)
    assert len(keys) == 2
