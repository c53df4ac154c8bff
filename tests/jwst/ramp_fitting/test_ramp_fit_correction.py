"""Fits of ramps by blocks: the same however an exposure is cut, alone and in a chain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from jwst.ramp_fitting.correction import RATES, RampFitCorrection
from jwst.ramp_fitting.ols import fit_ramps
from jwst.ramp_fitting.samples import Fit, Samples, Selection, Timing, suppress_single
from strun.blockio.rows import MemoryRows
from strun.blockio.tiles import Tile
from strun.datamodels.dqflags import group
from strun.engine.arrays import MemoryArray
from strun.engine.correction import Block, Correction
from strun.engine.loop import Exposure, Sink
from strun.engine.passes import correct
from strun.engine.plan import Plan, Task
from strun.engine.workers import Workers

NINTS, NGROUPS, NY, NX = SHAPE = (2, 7, 12, 14)
TIMING = Timing(10.5, 2.5, 4, 1, 2)
DO_NOT_USE, SATURATED, JUMP = group["DO_NOT_USE"], group["SATURATED"], group["JUMP_DET"]
Values = dict[str, np.ndarray]


@pytest.fixture
def exposure(rng: np.random.Generator) -> Values:
    """Return an exposure with flags of many kinds, and its references."""
    rate = rng.choice([5.0, 60, 900], (NY, NX))
    flags = rng.choice([0, JUMP, DO_NOT_USE], SHAPE, p=[0.9, 0.06, 0.04])
    first = rng.integers(0, 5 * NGROUPS, (NINTS, 1, NY, NX))
    flags |= np.where(np.arange(NGROUPS)[:, None, None] >= first, SATURATED, 0)
    return {
        "data": np.cumsum(rng.normal(rate, 9, SHAPE), axis=1).astype(np.float32),
        "groupdq": flags.astype(np.uint8),
        "pixeldq": rng.choice([0, 0, 1 << 10], (NY, NX)).astype(np.uint32),
        "average_dark_current": np.full((NY, NX), 0.02, np.float32),
        "zeroframe": rng.uniform(1, 99, (NINTS, NY, NX)).astype(np.float32),
        "gain": rng.uniform(1, 4, (NY, NX)).astype(np.float32),
        "readnoise": rng.uniform(3, 20, (NY, NX)).astype(np.float32),
    }


def made(exposure: Values, selection: Selection | None = None, **said: object) -> RampFitCorrection:
    """Return the correction of an exposure."""
    gain, noise = MemoryRows(exposure["gain"]), MemoryRows(exposure["readnoise"])
    return RampFitCorrection(gain, noise, TIMING, selection or Selection(), shape=SHAPE, **said)


def run(
    chain: Sequence[Correction], exposure: Values, rows: int = 5, columns: int = 6
) -> tuple[Values, dict[str, Any]]:
    """Return the results of the last correction by tiles, and what it counted."""
    names = ("data", "groupdq", "pixeldq", "average_dark_current", "zeroframe")
    source = {n: MemoryArray(exposure[n].copy(), keep_source=True) for n in names}
    whole = RampFitCorrection.__name__
    assert type(chain[-1]).__name__ == whole
    stored = {}
    for name in chain[-1].results:
        planes = {"rate": ()}.get(name.partition("_")[0], (NINTS,))
        if name.startswith("fitopt") and not name.endswith("pedestal"):
            planes = (NINTS, NGROUPS - 1 if name.endswith("crmag") else (NGROUPS + 1) // 2)
        kind = np.uint32 if name.endswith("dq") else np.float32
        stored[name] = np.zeros((*planes, NY, NX), kind)
    sink = Sink(len(chain), lambda: {n: MemoryArray(v) for n, v in stored.items()})
    tiles = [
        Tile(slice(y, min(y + rows, NY)), slice(x, min(x + columns, NX)))
        for y in range(0, NY, rows)
        for x in range(0, NX, columns)
    ]
    cut = Plan([Task(tile, slice(0, NINTS * NGROUPS)) for tile in tiles], NINTS * NGROUPS)
    opened = Exposure(lambda: dict(source), NGROUPS)
    counts = correct(opened, chain, [sink], cut=cut, workers=Workers(2, 0))
    return stored, counts[-1]


def fitted(
    exposure: Values,
    groups: slice = slice(None),
    zeroframe: np.ndarray | None = None,
    **said: object,
) -> Fit:
    """Return the fit of the whole exposure at once."""
    flags = exposure["groupdq"].reshape(NINTS, NGROUPS, -1).copy()
    if not said.get("keep_single"):
        suppress_single(flags)
    if groups.start:
        flags[:, groups.start] &= np.uint8(255 - JUMP)
    samples = Samples(
        exposure["data"].reshape(NINTS, NGROUPS, -1)[:, groups],
        flags[:, groups],
        exposure["pixeldq"].ravel(),
        exposure["gain"].ravel(),
        exposure["readnoise"].ravel(),
        exposure["average_dark_current"].ravel(),
        zeroframe,
    )
    return fit_ramps(samples, TIMING, **said)


def assert_rates(found: Values, fit: Fit) -> None:
    """Compare both products, bit by bit."""
    for product, rates in (("rate", fit.exposure), ("rateints", fit.integrations)):
        for name, values in zip(RATES, rates, strict=True):
            assert found[f"{product}_{name}"].tobytes() == values.tobytes(), (product, name)


@pytest.mark.parametrize(("rows", "columns"), [(NY, NX), (1, NX), (5, 6), (1, 1)])
def test_tiles_give_the_fit_of_the_whole(exposure: Values, rows: int, columns: int) -> None:
    found, counts = run([made(exposure)], exposure, rows, columns)
    assert_rates(found, fitted(exposure))
    assert counts["pixels"] == NY * NX
    started = (exposure["groupdq"][:, 0] & SATURATED) == 0
    assert counts["ramps_started"] == started.sum()


def test_groups_outside_the_selection_are_left_out(exposure: Values) -> None:
    found, _ = run([made(exposure, Selection(first=1, last=4))], exposure)
    flags = exposure["groupdq"]
    flags[:, [0, 5, 6]] |= DO_NOT_USE
    assert_rates(found, fitted(exposure))


def test_zero_frames_stand_in_when_single_groups_are_kept(exposure: Values) -> None:
    correction = made(exposure, Selection(suppress_single=False), zeroframe=True)
    found, _ = run([correction], exposure)
    zeroframe = exposure["zeroframe"].reshape(NINTS, -1)
    assert_rates(found, fitted(exposure, keep_single=True, zeroframe=zeroframe))


def test_unused_groups_of_miri_are_taken_off(exposure: Values) -> None:
    exposure["groupdq"][:, [0, 6]] |= DO_NOT_USE
    found, _ = run([made(exposure, Selection(drops_unused=True))], exposure)
    assert_rates(found, fitted(exposure, slice(1, 6)))


def test_groups_that_only_the_middle_does_not_use_stay(
    exposure: Values, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jwst.ramp_fitting.correction._SAMPLE", 4)
    exposure["groupdq"][:, 0, 3:, 3:] |= DO_NOT_USE
    found, _ = run([made(exposure, Selection(drops_unused=True))], exposure)
    assert_rates(found, fitted(exposure))


def test_nothing_is_made_when_too_few_groups_are_used(exposure: Values) -> None:
    exposure["groupdq"][:, [0, 1, 2, 3, 4, 6]] |= DO_NOT_USE
    correction = made(exposure, Selection(drops_unused=True))
    _, counts = run([correction], exposure)
    assert "no rates to fit" in str(correction.missing_results(counts))
    assert counts["pixels_without_rate"] == NY * NX


def test_nothing_is_made_when_all_ramps_begin_saturated(exposure: Values) -> None:
    exposure["groupdq"][:, 0] |= SATURATED
    correction = made(exposure)
    _, counts = run([correction], exposure)
    assert "saturated from its first group on" in str(correction.missing_results(counts))


def test_segments_and_jumps_are_told_when_asked_for(exposure: Values) -> None:
    found, counts = run([made(exposure, optional=True)], exposure)
    fit = fitted(exposure, optional=True)
    assert_rates(found, fit)
    for number, told in enumerate(fit.optional):
        for name in ("slope", "weights", "crmag"):
            planes = getattr(told, name)
            got = found[f"fitopt_{name}"][number].reshape(-1, NY * NX)
            assert got[: len(planes)].tobytes() == planes.tobytes()
            assert not got[len(planes) :].any()
        assert found["fitopt_pedestal"][number].tobytes() == told.pedestal.tobytes()
    assert counts["max_segments"] == max(len(told.slope) for told in fit.optional)


class Late(Correction):
    """Flags pixels after the samples, and doubles zero frames."""

    changes = ("pixeldq", "zeroframe")
    reads = ("data",)
    has_finish = True
    halo = 1

    def zeroframe(self, block: Block) -> None:
        block.zeroframe *= 2

    def finish(self, block: Block) -> None:
        block.pixeldq |= np.uint32(1 << 9)


def test_flags_and_zero_frames_of_steps_before_are_seen(exposure: Values) -> None:
    correction = made(exposure, Selection(suppress_single=False), zeroframe=True)
    found, _ = run([Late(), correction], exposure)
    exposure["pixeldq"] |= np.uint32(1 << 9)
    zeroframe = 2 * exposure["zeroframe"].reshape(NINTS, -1)
    assert_rates(found, fitted(exposure, keep_single=True, zeroframe=zeroframe))


def test_planes_of_a_first_pass_are_overwritten_by_the_second(
    exposure: Values, monkeypatch: pytest.MonkeyPatch
) -> None:
    flags = exposure["groupdq"]
    # the middle has no use for the first group; of a corner it is saturated, which is a use
    flags[:, 0] = DO_NOT_USE
    flags[:, 1:, :5, :6] = 0
    flags[0, [0, 3], 0, 0] = SATURATED, DO_NOT_USE
    selection = Selection(drops_unused=True)
    right, _ = run([made(exposure, selection, optional=True)], exposure)
    monkeypatch.setattr("jwst.ramp_fitting.correction._SAMPLE", 2)
    found, _ = run([made(exposure, selection, optional=True)], exposure)
    for name, values in right.items():
        assert found[name].tobytes() == values.tobytes(), name
