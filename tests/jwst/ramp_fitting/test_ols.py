from __future__ import annotations

from typing import Any

import numpy as np
import plain_fit
import pytest

from jwst.ramp_fitting.ols import fit_ramps, scaled_readnoise
from jwst.ramp_fitting.samples import Fit, Rates, Samples, Timing
from strun.datamodels.dqflags import group, pixel

DO_NOT_USE, SATURATED, JUMP = group["DO_NOT_USE"], group["SATURATED"], group["JUMP_DET"]
CHARGELOSS = group["CHARGELOSS"]
TIMING = Timing(10.5, 2.5, 4, 1, 2)


def pixels(rng: np.random.Generator, nints: int, ngroups: int, count: int = 80) -> dict[str, Any]:
    """Return ramps without flags, of many brightnesses."""
    rate = rng.choice([0.0, 5, 60, 4000], count)
    steps = rng.normal(rate, np.sqrt(rate) + 4, (nints, ngroups, count))
    return {
        "data": np.cumsum(steps, axis=1).astype(np.float32),
        "groupdq": np.zeros(steps.shape, np.uint8),
        "pixeldq": rng.choice([0, 0, 0, 1 << 10, DO_NOT_USE], count).astype(np.uint32),
        "gain": rng.uniform(1, 4, count).astype(np.float32),
        "readnoise": rng.uniform(3, 20, count).astype(np.float32),
        "dark": rng.uniform(0, 0.1, count).astype(np.float32),
    }


def some_flags(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Return flags of all kinds, runs of saturation and ramps without a good sample."""
    chances = [0.7, 0.1, 0.1, 0.05, 0.05]
    flags = rng.choice([0, JUMP, DO_NOT_USE, group["PERSISTENCE"], JUMP | 8], shape, p=chances)
    first = rng.integers(0, 3 * shape[1], (shape[0], 1, shape[2]))
    flags |= np.where(np.arange(shape[1])[None, :, None] >= first, SATURATED, 0)
    flags[:, :, ::9] |= DO_NOT_USE
    return flags.astype(np.uint8)


def assert_plain(given: dict[str, Any], found: Fit) -> None:
    """Compare with fits of one pixel after the other."""
    values = given["data"].astype(np.float64)
    noise = scaled_readnoise(given["readnoise"], given["gain"], TIMING.nframes)
    for number in range(values.shape[2]):
        one = plain_fit.Pixel(
            int(given["pixeldq"][number]),
            *(float(each[number]) for each in (given["gain"], noise, given["dark"])),
        )
        flags = given["groupdq"][:, :, number]
        exposure, integrations = plain_fit.fit(values[:, :, number], flags, one, TIMING)
        assert_same(exposure, Rates(*(each[number : number + 1] for each in found.exposure)))
        for index, expected in enumerate(integrations):
            got = Rates(*(each[index, number : number + 1] for each in found.integrations))
            assert_same(expected, got)


def assert_same(expected: tuple[float, int, float, float, float], found: Rates) -> None:
    slope, dq, *errors = expected
    assert found.dq[0] == dq
    floats = np.array([slope, *errors], np.float32)
    got = np.array([found.slope[0], *(each[0] for each in found[2:])])
    assert np.array_equal(floats, got, equal_nan=True)


@pytest.mark.parametrize("nints", [1, 3])
@pytest.mark.parametrize("ngroups", [2, 3, 5, 10, 25])
def test_fit_equals_plain_fit_without_flags(
    rng: np.random.Generator, nints: int, ngroups: int
) -> None:
    given = pixels(rng, nints, ngroups)
    assert_plain(given, fit_ramps(Samples(**given), TIMING))


@pytest.mark.parametrize("nints", [1, 3])
@pytest.mark.parametrize("ngroups", [2, 3, 5, 10, 25])
def test_fit_equals_plain_fit_with_flags_of_all_kinds(
    rng: np.random.Generator, nints: int, ngroups: int
) -> None:
    given = pixels(rng, nints, ngroups)
    given["groupdq"] = some_flags(rng, given["data"].shape)
    assert_plain(given, fit_ramps(Samples(**given), TIMING))


@pytest.mark.parametrize("count", [1, 7])
def test_fit_equals_plain_fit_in_many_integrations(rng: np.random.Generator, count: int) -> None:
    given = pixels(rng, 40, 5, count)
    given["pixeldq"][:] = 0
    # as MIRI's first integration, which keeps more groups
    given["groupdq"][1:, 0] = DO_NOT_USE
    given["groupdq"][7:9] |= some_flags(rng, (2, 5, count))
    assert_plain(given, fit_ramps(Samples(**given), TIMING))


def test_fit_of_some_pixels_at_a_time_gives_the_same(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = pixels(rng, 3, 8, 200)
    given["groupdq"] = some_flags(rng, given["data"].shape)
    given["groupdq"][:, 6:, ::5] = CHARGELOSS | DO_NOT_USE
    samples = Samples(**given, zeroframe=given["data"][:, 0])
    more = {"original": given["groupdq"], "keep_single": True}
    whole = fit_ramps(samples, TIMING, **more)
    monkeypatch.setattr("jwst.ramp_fitting.ols._LEAST_RAMPS", 50)
    monkeypatch.setattr("jwst.ramp_fitting.ols._AT_ONCE", 0)
    parts = fit_ramps(samples, TIMING, **more)
    for rates, expected in zip(parts[:2], whole[:2], strict=True):
        assert [each.tobytes() for each in rates] == [each.tobytes() for each in expected]


@pytest.mark.parametrize("share", [0.02, 0.4, 0.9])
def test_fit_equals_plain_fit_when_some_ramps_are_alike(
    rng: np.random.Generator, share: float
) -> None:
    given = pixels(rng, 2, 8, 200)
    given["groupdq"][:, [0, 7]] = DO_NOT_USE
    other = rng.random(200) < share
    given["groupdq"][:, :, other] |= some_flags(rng, given["data"].shape)[:, :, other]
    assert_plain(given, fit_ramps(Samples(**given), TIMING))


def test_fit_takes_nan_for_zero_but_not_into_the_median(rng: np.random.Generator) -> None:
    given = pixels(rng, 1, 8, 200)
    given["data"][0, 3, ::3] = np.nan
    assert_plain(given, fit_ramps(Samples(**given), TIMING))


@pytest.mark.parametrize("gain", [0.0, -1.0, np.nan])
def test_fit_gives_no_slope_without_a_gain(rng: np.random.Generator, gain: float) -> None:
    given = pixels(rng, 2, 6)
    given["gain"][3] = gain
    found = fit_ramps(Samples(**given), TIMING)
    assert np.isnan(found.exposure.slope[3])
    assert found.exposure.dq[3] & pixel["NO_GAIN_VALUE"]
    assert found.exposure.err[3] == 0


def test_fit_keeps_single_first_groups_by_the_time_of_their_frames(
    rng: np.random.Generator,
) -> None:
    given = pixels(rng, 1, 5)
    given["pixeldq"][:] = 0
    given["groupdq"][:, 1:] = SATURATED
    found = fit_ramps(Samples(**given), TIMING, keep_single=True)
    expected = given["data"][0, 0].astype(np.float64) / (5 * 2.5 / 2)
    assert found.exposure.slope == pytest.approx(expected, rel=1e-6)


def test_fit_takes_the_zero_frame_when_no_group_is_good(rng: np.random.Generator) -> None:
    given = pixels(rng, 1, 5)
    given["pixeldq"][:] = 0
    given["groupdq"][:] = SATURATED
    zeroframe = np.full((1, 80), 50, np.float32)
    zeroframe[0, 4] = 0
    found = fit_ramps(Samples(**given, zeroframe=zeroframe), TIMING, keep_single=True)
    assert np.isnan(found.exposure.slope[4])
    assert np.delete(found.exposure.slope, 4) == pytest.approx(50 / 2.5, rel=1e-6)


def test_fit_takes_charge_loss_into_its_variance_of_read_noise(rng: np.random.Generator) -> None:
    given = pixels(rng, 2, 8)
    given["pixeldq"][:] = 0
    whole = fit_ramps(Samples(**given), TIMING)
    given["groupdq"][:, 5:, 7] = CHARGELOSS | DO_NOT_USE
    cut = fit_ramps(Samples(**given), TIMING)
    found = fit_ramps(Samples(**given), TIMING, original=given["groupdq"])
    assert cut.exposure.var_rnoise[7] > whole.exposure.var_rnoise[7]
    assert found.exposure.var_rnoise[7] == pytest.approx(whole.exposure.var_rnoise[7], rel=1e-6)
    assert found.integrations.var_rnoise[1, 7] == whole.integrations.var_rnoise[1, 7]
    assert found.exposure.slope.tobytes() == cut.exposure.slope.tobytes()


def test_fit_tells_segments_and_jumps(rng: np.random.Generator) -> None:
    given = pixels(rng, 1, 8)
    given["groupdq"][0, 4, 7] = JUMP
    plain = fit_ramps(Samples(**given), TIMING)
    found = fit_ramps(Samples(**given), TIMING, optional=True)
    told = found.optional[0]
    assert found.exposure.slope.tobytes() == plain.exposure.slope.tobytes()
    assert told.slope.shape == (2, 80)
    assert not told.slope[1, :7].any()
    assert told.crmag[0, 7] == given["data"][0, 4, 7] - given["data"][0, 3, 7]
    assert told.weights[0, 0] == pytest.approx(1 / told.var_rnoise[0, 0])


def test_read_noise_is_scaled_in_double_precision() -> None:
    gain, noise = np.float32(1.83), np.float32(11.7)
    found = scaled_readnoise(np.array([noise]), np.array([gain]), 4)
    assert found[0] == np.float32(float(noise) * (float(gain) / np.sqrt(8.0)))
