from __future__ import annotations

import numpy as np
import pytest
from kernels import needs_kernels

from jwst.ramp_fitting import compiled
from jwst.ramp_fitting.ols import fit_selected
from jwst.ramp_fitting.samples import Cut, Samples, Selection, Timing
from jwst.ramp_fitting.weights import Weights
from strun.datamodels.dqflags import group, pixel

pytestmark = needs_kernels

TIMING = Timing(10.5, 2.5, 4, 1, 2)
DO_NOT_USE, SATURATED, JUMP = group["DO_NOT_USE"], group["SATURATED"], group["JUMP_DET"]
FLAGS = [0, JUMP, DO_NOT_USE, *(group[n] for n in ("PERSISTENCE", "DROPOUT", "AD_FLOOR")), 37, 12]
ODD = [np.nan, -np.nan, np.inf, -np.inf, 0.0, -0.0, 1e-45, 3e38]


def ramps(rng: np.random.Generator, shape: tuple[int, int, int], flagged: float = 0.0) -> Samples:
    """Return ramps of many brightnesses, some of whose samples are flagged."""
    nints, ngroups, npixels = shape
    rate = rng.choice([0.0, 5, 60, 900, 4000], npixels)
    flags = np.where(rng.random(shape) < flagged, rng.choice(FLAGS, shape), 0)
    if flagged:
        first = rng.integers(0, 3 * ngroups, (nints, 1, npixels))
        flags |= np.where(np.arange(ngroups)[:, None] >= first, SATURATED, 0)
    return Samples(
        np.cumsum(rng.normal(rate, np.sqrt(rate) + 4, shape), axis=1).astype(np.float32),
        flags.astype(np.uint8),
        rng.choice([0, 0, 0, pixel["DEAD"], pixel["DO_NOT_USE"]], npixels).astype(np.uint32),
        rng.uniform(1, 4, npixels).astype(np.float32),
        rng.uniform(3, 20, npixels).astype(np.float32),
        rng.uniform(-0.02, 0.1, npixels).astype(np.float32),
    )


def assert_same(
    samples: Samples, selection: Selection | None = None, cut: Cut | None = None
) -> None:
    """Compare the compiled form with that of numpy, bit by bit."""
    selection, cut = selection or Selection(), cut or Cut(0, samples.data.shape[1])
    expected = fit_selected(samples, selection, cut, TIMING, Weights())
    found = compiled.fit_selected(samples, selection, cut, TIMING, Weights())
    for mine, rates in zip(found.fit[:2], expected.fit[:2], strict=True):
        for name, values in rates._asdict().items():
            assert getattr(mine, name).dtype == values.dtype
            assert getattr(mine, name).tobytes() == values.tobytes(), name
    assert found.used == expected.used
    assert found.started == expected.started
    assert found.flags.tobytes() == expected.flags.tobytes()


@pytest.mark.parametrize("flagged", [0.0, 0.02, 0.4, 0.95])
@pytest.mark.parametrize("ngroups", [2, 3, 4, 5, 10, 41])
@pytest.mark.parametrize("nints", [1, 3])
def test_kernel_gives_the_bits_of_numpy(
    rng: np.random.Generator, nints: int, ngroups: int, flagged: float
) -> None:
    assert_same(ramps(rng, (nints, ngroups, 500), flagged))


@pytest.mark.parametrize("npixels", [1, 63, 64, 65, 1000])
def test_kernel_fits_any_number_of_pixels(rng: np.random.Generator, npixels: int) -> None:
    assert_same(ramps(rng, (2, 7, npixels), 0.1))


def test_kernel_fits_many_integrations(rng: np.random.Generator) -> None:
    samples = ramps(rng, (40, 4, 200), 0.05)
    # as MIRI's first integration, which keeps more groups
    samples.groupdq[1:, 0] |= DO_NOT_USE
    assert_same(samples)


@pytest.mark.parametrize("value", ODD)
def test_kernel_leaves_odd_samples_to_numpy(rng: np.random.Generator, value: float) -> None:
    samples = ramps(rng, (2, 6, 400), 0.1)
    samples.data[rng.random(samples.data.shape) < 0.05] = value
    assert_same(samples)


@pytest.mark.parametrize("name", ["gain", "readnoise", "dark"])
@pytest.mark.parametrize("value", [*ODD[:-1], -3.0, -1e6, 1e30])
def test_kernel_takes_any_reference(rng: np.random.Generator, name: str, value: float) -> None:
    samples = ramps(rng, (2, 6, 200), 0.1)
    getattr(samples, name)[::3] = value
    assert_same(samples)


@pytest.mark.parametrize("flags", [*FLAGS, DO_NOT_USE | SATURATED, SATURATED])
def test_kernel_fits_ramps_of_one_flag_throughout(rng: np.random.Generator, flags: int) -> None:
    samples = ramps(rng, (2, 6, 200))
    samples.groupdq[0] = flags
    assert_same(samples)


@pytest.mark.parametrize("flags", [DO_NOT_USE, JUMP])
def test_kernel_leaves_out_ramps_of_one_good_sample(rng: np.random.Generator, flags: int) -> None:
    samples = ramps(rng, (2, 6, 200))
    samples.groupdq[:] = flags
    samples.groupdq[:, 3] = 0
    assert_same(samples)


def test_kernel_takes_samples_of_charge_loss_into_the_read_noise(rng: np.random.Generator) -> None:
    samples = ramps(rng, (2, 8, 300), 0.1)
    samples.groupdq[:, 5:, ::7] |= group["CHARGELOSS"] | DO_NOT_USE
    assert_same(samples)


@pytest.mark.parametrize(("first", "last"), [(1, None), (None, 5), (2, 6), (6, 2), (3, 4)])
def test_kernel_leaves_out_groups(
    rng: np.random.Generator, first: int | None, last: int | None
) -> None:
    assert_same(ramps(rng, (2, 9, 300), 0.05), Selection(first, last))


@pytest.mark.parametrize("cut", [Cut(1, 8), Cut(0, 7), Cut(5, 8), Cut(2, 4)])
def test_kernel_takes_groups_off(rng: np.random.Generator, cut: Cut) -> None:
    assert_same(ramps(rng, (2, 8, 300), 0.1), Selection(drops_unused=True), cut)


def test_kernel_fits_usual_ramps_without_numpy(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jwst.ramp_fitting.ols.fit_selected", None)
    samples = ramps(rng, (2, 8, 300), 0.1)
    samples.gain[::9] = np.nan
    samples.data[samples.groupdq & SATURATED != 0] = np.nan
    assert compiled.fit_selected(samples, Selection(), Cut(0, 8), TIMING, Weights()).started


def test_kernel_refuses_flags_of_another_shape(rng: np.random.Generator) -> None:
    samples = ramps(rng, (2, 8, 30))._replace(groupdq=np.zeros((2, 7, 30), np.uint8))
    with pytest.raises(ValueError, match="do not fit to"):
        compiled.fit_selected(samples, Selection(), Cut(0, 8), TIMING, Weights())


def test_kernel_refuses_to_keep_single_groups(rng: np.random.Generator) -> None:
    selection = Selection(suppress_single=False)
    with pytest.raises(ValueError, match="not for the compiled form"):
        compiled.fit_selected(ramps(rng, (1, 3, 9)), selection, Cut(0, 3), TIMING, Weights())
