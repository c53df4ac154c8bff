from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from factories import make_linearity, make_mask, make_ramp

from jwst.dq_init import DQInitStep
from jwst.linearity import LinearityStep
from strun.engine import loop
from strun.engine.workers import Workers
from strun.steps.running import run_on_file


def arrays(path: Path) -> dict[str, bytes]:
    """Return the bytes of every unit."""
    with fits.open(path) as hdus:
        return {hdu.name: hdu.data.tobytes() for hdu in hdus if hdu.data is not None}


def product(step: DQInitStep | LinearityStep, path: Path) -> dict[str, bytes]:
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


def test_run_file_makes_layout_again_when_header_grows(folder: Path) -> None:
    ramp = make_ramp(folder / "x.fits")
    with fits.open(ramp, mode="update") as hdus:
        # the last card of a block: one more keyword begins another block
        while len(hdus[0].header) % 36 != 34:
            hdus[0].header.append(("HISTORY", "filler"), end=True)
    mask = make_mask(folder / ("m" * 60 + ".fits"))
    found = product(DQInitStep(override_mask=str(mask)), ramp)
    assert set(found) == {"SCI", "PIXELDQ", "GROUPDQ", "ASDF"}


def test_run_file_leaves_nothing_when_reference_is_cut(ramp: Path, linearity: Path) -> None:
    linearity.write_bytes(linearity.read_bytes()[:9000])
    with pytest.raises(ValueError, match=r"linearity reference .* is cut"):
        run_on_file(LinearityStep(override_linearity=str(linearity)), str(ramp))
    assert sorted(p.name for p in ramp.parent.iterdir()) == ["linearity.fits", "x_uncal.fits"]
