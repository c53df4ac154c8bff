from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from factories import make_linearity, make_mask, make_ramp

from jwst.dq_init import DQInitStep
from jwst.dq_init.correction import MaskCorrection
from jwst.linearity import LinearityStep
from jwst.stpipe import Correction, Pipeline, Step
from strun.datamodels.model import JwstDataModel
from strun.engine import loop
from strun.engine.workers import Workers
from strun.errors import InputError, StrunError
from strun.steps.running import run_on_file


def arrays(path: Path) -> dict[str, bytes]:
    """Return the bytes of every unit."""
    with fits.open(path) as hdus:
        return {hdu.name: hdu.data.tobytes() for hdu in hdus if hdu.data is not None}


def product(step: Step, path: Path) -> dict[str, bytes]:
    """Return the units of a step's product."""
    outcome = run_on_file(step, str(path))
    assert outcome.product is not None
    return arrays(Path(outcome.product))


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("block", [1, 500, 10**6])
def test_run_file_gives_same_bits_when_workers_and_blocks_differ(
    ramp: Path, linearity: Path, monkeypatch: pytest.MonkeyPatch, threads: int, block: int
) -> None:
    expected = product(LinearityStep(override_linearity=str(linearity)), ramp)
    monkeypatch.setattr(loop, "choose", lambda size, **_: Workers(threads, block))
    step = LinearityStep(override_linearity=str(linearity), suffix="other")
    assert product(step, ramp) == expected


@pytest.mark.parametrize("block", [1, 3000])
def test_run_file_gives_same_bits_when_groups_are_means_of_reads(
    folder: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    path = make_ramp(folder / "x.fits", NFRAMES=4)
    reference = str(make_linearity(folder / "lin.fits", inverse=3))
    expected = product(LinearityStep(override_linearity=reference), path)
    monkeypatch.setattr(loop, "choose", lambda size, **_: Workers(2, block))
    step = LinearityStep(override_linearity=reference, suffix="other")
    assert product(step, path) == expected


def test_run_file_equals_model_in_memory(ramp: Path, mask: Path) -> None:
    from_file = product(DQInitStep(override_mask=str(mask)), ramp)
    model = DQInitStep.call(str(ramp), override_mask=str(mask))
    assert model.data.astype(">f4").tobytes() == from_file["SCI"]
    assert model.groupdq.tobytes() == from_file["GROUPDQ"]
    assert (np.frombuffer(from_file["PIXELDQ"], np.uint32) == model.pixeldq.ravel()).all()


def test_run_file_lays_out_what_a_header_becomes_when_it_grows(folder: Path) -> None:
    ramp = make_ramp(folder / "x.fits")
    with fits.open(ramp, mode="update") as hdus:
        # the last card of a block: one more keyword begins another block
        while len(hdus[0].header) % 36 != 34:
            hdus[0].header.append(("HISTORY", "filler"), end=True)
    mask = make_mask(folder / ("m" * 60 + ".fits"))
    found = product(DQInitStep(override_mask=str(mask)), ramp)
    assert set(found) == {"SCI", "PIXELDQ", "GROUPDQ", "ASDF"}
    assert found["SCI"] == arrays(ramp)["SCI"]
    assert fits.getval("x_dq_init.fits", "R_MASK") == mask.name


def test_run_file_leaves_nothing_when_reference_is_cut(ramp: Path, linearity: Path) -> None:
    linearity.write_bytes(linearity.read_bytes()[:9000])
    with pytest.raises(ValueError, match=r"linearity reference .* is cut"):
        run_on_file(LinearityStep(override_linearity=str(linearity)), str(ramp))
    assert sorted(p.name for p in ramp.parent.iterdir()) == ["linearity.fits", "x_uncal.fits"]


class Both(Pipeline):
    """Two steps in one pass."""

    class_alias = "both"
    step_defs = {"dq_init": DQInitStep, "linearity": LinearityStep}


@pytest.fixture
def both(mask: Path, linearity: Path) -> Both:
    """Return the pipeline, whose first step saves its product too."""
    first = {"override_mask": str(mask), "save_results": True}
    return Both(steps={"dq_init": first, "linearity": {"override_linearity": str(linearity)}})


def test_run_file_gives_the_bits_of_one_step_after_the_other(
    ramp: Path, both: Both, mask: Path, linearity: Path
) -> None:
    in_one_pass = product(both, ramp)
    middle = arrays(Path("x_dq_init.fits"))
    assert product(DQInitStep(override_mask=str(mask), suffix="alone"), ramp) == middle
    last = LinearityStep(override_linearity=str(linearity), suffix="last")
    assert product(last, Path("x_alone.fits")) == in_one_pass


@pytest.mark.parametrize("path", ["x_uncal.fits", "mask.fits", "linearity.fits"])
def test_run_file_leaves_nothing_when_a_file_changes_during_the_pass(
    ramp: Path, both: Both, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    own = MaskCorrection.own

    def touching(correction: MaskCorrection) -> MaskCorrection:
        os.utime(path, (0, 0))
        return own(correction)

    monkeypatch.setattr(MaskCorrection, "own", touching)
    with pytest.raises(StrunError, match=f"{path}: was changed while it was used; run again"):
        run_on_file(both, str(ramp))
    left = {"x_uncal.fits", "mask.fits", "linearity.fits"}
    assert {path.name for path in ramp.parent.iterdir()} == left


class TakenAwayStep(Step):
    """Its input loses its name while the references are chosen."""

    def prepare(self, model: JwstDataModel) -> Correction | None:
        Path(str(self._input)).unlink()
        return None


def test_run_file_records_the_input_when_it_is_taken_away_meanwhile(ramp: Path) -> None:
    size = ramp.stat().st_size
    outcome = run_on_file(TakenAwayStep(), str(ramp))
    header = fits.getheader(str(outcome.product))
    assert (header["STRUNINP"], header["STRUNSIZ"]) == (ramp.name, size)


class CutMeanwhileStep(Step):
    """Its input is cut before one of its arrays is read."""

    def prepare(self, model: JwstDataModel) -> Correction | None:
        os.truncate(str(self._input), 2880)
        assert model.data is not None
        return None


def test_run_file_says_that_the_input_was_changed_when_it_is_cut_in_preparing(ramp: Path) -> None:
    with pytest.raises(InputError, match=r"x_uncal.fits: was changed while it was used"):
        run_on_file(CutMeanwhileStep(), str(ramp))
