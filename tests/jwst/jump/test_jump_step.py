"""The jump step on files and in memory, and what its product says."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from astropy.io import fits
from factories import REFERENCE_SIZE, SIZE, make_image, make_ramp, window

from jwst.jump import JumpStep
from jwst.jump.flagging import flag_jumps, remove_unusable
from jwst.jump.method import Ramps, Search, Thresholds
from jwst.ramp_fitting import RampFitStep
from jwst.stpipe import Pipeline, Step
from strun.datamodels.dqflags import group, pixel
from strun.errors import InputError, OutputError, ReferenceFileError
from strun.steps.running import run_on_file
from strun.testing import check_correction

JUMP, DO_NOT_USE, SATURATED = (group[n] for n in ("JUMP_DET", "DO_NOT_USE", "SATURATED"))
SAID = {"TGROUP": 3.0, "TFRAME": 3.0, "NFRAMES": 1, "GROUPGAP": 0}
SHAPE = (2, 6, *SIZE)


def make_reference(path: Path, reftype: str, value: float) -> np.ndarray:
    """Write a gain or read noise, and return what covers the exposure."""
    values = np.random.default_rng(3).uniform(0.8, 1.2, REFERENCE_SIZE).astype(np.float32) * value
    values[25, 14] = np.nan
    make_image(path, reftype, values)
    return values[window()]


@pytest.fixture
def gain(folder: Path) -> np.ndarray:
    return make_reference(folder / "gain.fits", "GAIN", 5)


@pytest.fixture
def noise(folder: Path) -> np.ndarray:
    return make_reference(folder / "noise.fits", "READNOISE", 8)


@pytest.fixture
def ramp(folder: Path) -> str:
    """Return an exposure of ramps with jumps."""
    rng = np.random.default_rng(5)
    path = make_ramp(folder / "x_rscd.fits", shape=SHAPE, **SAID)
    with fits.open(path, mode="update") as hdus:
        data = np.cumsum(rng.normal(30, 5, SHAPE), axis=1)
        for _ in range(60):
            i, g, y, x = (int(rng.integers(n)) for n in SHAPE)
            data[i, g:, y, x] += rng.choice([60, 300, 3000])
        hdus["SCI"].data[:] = data
        hdus["GROUPDQ"].data[:] = np.where(rng.random(SHAPE) < 0.05, DO_NOT_USE, 0)
        hdus["GROUPDQ"].data[:, -1] |= DO_NOT_USE
    return str(path)


def made(**parameters: object) -> JumpStep:
    """Return a step with its references."""
    return JumpStep(override_gain="gain.fits", override_readnoise="noise.fits", **parameters)


def expected(ramp: str, gain: np.ndarray, noise: np.ndarray, method: str) -> tuple[np.ndarray, int]:
    """Return the flags of the whole exposure, and how many jumps there are."""
    flags = fits.getdata(ramp, "GROUPDQ").astype(np.uint8)
    search = Search(Thresholds(4.0, 5.0, 6.0), method, 1)
    data = fits.getdata(ramp, "SCI").astype(np.float32)
    jumps, _ = flag_jumps(Ramps(data, flags, gain, noise), search)
    remove_unusable(flags)
    return flags, jumps


@pytest.mark.parametrize(("single_pass", "method"), [(4, "once"), (5, "repeated")])
def test_differences_that_are_used_choose_the_search(
    ramp: str, gain: np.ndarray, noise: np.ndarray, single_pass: int, method: str
) -> None:
    flags, jumps = expected(ramp, gain, noise, method)
    product = str(run_on_file(made(min_diffs_single_pass=single_pass), ramp).product)
    assert np.array_equal(fits.getdata(product, "GROUPDQ"), flags)
    header = fits.getheader(product)
    groups = 2 * 6 - 2 - 2
    assert header["PRIMECRS"] == 1000 * jumps / (3.0 * groups * SIZE[0] * SIZE[1])
    assert header["EXTNCRS"] == 0
    assert (header["S_JUMP"], header["R_GAIN"]) == ("COMPLETE", "gain.fits")
    assert header["R_READNO"] == "noise.fits"


def test_memory_gives_the_same_as_files(ramp: str, gain: np.ndarray, noise: np.ndarray) -> None:
    product = str(run_on_file(made(), ramp).product)
    found = made().run(ramp)
    assert np.array_equal(found.groupdq, fits.getdata(product, "GROUPDQ"))
    assert np.array_equal(found.pixeldq, fits.getdata(product, "PIXELDQ"))
    assert found.meta.exposure.primary_cosmic_rays == fits.getval(product, "PRIMECRS")


def test_pixels_without_gain_are_not_to_be_used(
    ramp: str, gain: np.ndarray, noise: np.ndarray
) -> None:
    product = str(run_on_file(made(), ramp).product)
    flags = fits.getdata(product, "PIXELDQ") & (pixel["NO_GAIN_VALUE"] | pixel["DO_NOT_USE"])
    assert np.array_equal(flags == pixel["NO_GAIN_VALUE"] + pixel["DO_NOT_USE"], np.isnan(gain))


def test_search_is_chosen_again_when_the_frame_uses_what_its_middle_does_not(
    ramp: str, gain: np.ndarray, noise: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fits.open(ramp, mode="update") as hdus:
        hdus["GROUPDQ"].data[:, 4:, 4:, 4:] |= DO_NOT_USE
    monkeypatch.setattr("jwst.jump.correction._SAMPLE", 4)
    flags, _ = expected(ramp, gain, noise, "once")
    product = str(run_on_file(made(min_diffs_single_pass=4), ramp).product)
    assert np.array_equal(fits.getdata(product, "GROUPDQ"), flags)


def test_exposure_without_usable_groups_is_not_searched(
    ramp: str, gain: np.ndarray, noise: np.ndarray
) -> None:
    with fits.open(ramp, mode="update") as hdus:
        hdus["GROUPDQ"].data[:, 2:] |= DO_NOT_USE
        hdus["GROUPDQ"].data[0, 0, 0, 0] = JUMP
        hdus["GROUPDQ"].data[0, 3, 0, 0] |= JUMP
    product = str(run_on_file(made(), ramp).product)
    flags = fits.getdata(product, "GROUPDQ")
    assert np.argwhere(flags & JUMP).tolist() == [[0, 0, 0, 0]]
    assert fits.getval(product, "PRIMECRS") == 1000 * -99 / (3.0 * 2 * SIZE[0] * SIZE[1])


def test_two_groups_are_left_alone(folder: Path) -> None:
    ramp = make_ramp(folder / "x_rscd.fits", shape=(1, 2, *SIZE), **SAID)
    header = fits.getheader(str(run_on_file(JumpStep(), str(ramp)).product))
    assert header["S_JUMP"] == "SKIPPED"
    assert "R_GAIN" not in header


def test_showers_are_refused_by_name(ramp: str) -> None:
    with pytest.raises(InputError, match="find_showers of jump is switched on"):
        run_on_file(JumpStep(find_showers=True), ramp)
    assert not Path("x_jump.fits").exists()


@pytest.fixture
def snowball(ramp: str) -> str:
    """Return the exposure with a snowball in the third group of its first integration."""
    y, x = np.ogrid[: SIZE[0], : SIZE[1]]
    distance = np.hypot(y - SIZE[0] // 2, x - SIZE[1] // 2)
    with fits.open(ramp, mode="update") as hdus:
        hdus["SCI"].data[0, 2:, distance <= 6] += 5000
        flags = hdus["GROUPDQ"].data
        flags[:, :, distance <= 6] = 0
        flags[0, 2:, distance <= 3] = SATURATED
        flags[:, -1] |= DO_NOT_USE
    return ramp


def test_snowballs_are_flagged_alike_in_files_and_in_memory(
    snowball: str, gain: np.ndarray, noise: np.ndarray
) -> None:
    plain = fits.getdata(str(run_on_file(made(), snowball).product), "GROUPDQ")
    step = made(expand_large_events=True, edge_size=0)
    outcome = run_on_file(step, snowball)
    flags = fits.getdata(str(outcome.product), "GROUPDQ")
    saturated = [np.count_nonzero(group & SATURATED) for group in flags[0]]
    assert saturated[:2] == [0, 0]
    assert saturated[2] > np.count_nonzero(plain[0, 2] & SATURATED)
    assert np.count_nonzero(flags[0, 2] & JUMP) > np.count_nonzero(plain[0, 2] & JUMP)
    found = made(expand_large_events=True, edge_size=0).run(snowball)
    assert np.array_equal(found.groupdq, flags)
    header = fits.getheader(str(outcome.product))
    # the core that has grown took DO_NOT_USE from the last group of the first integration
    assert header["EXTNCRS"] == 1e6 / (3.0 * (2 * 6 - 1 - 2) * SIZE[0] * SIZE[1])
    assert found.meta.exposure.extended_emission_events == header["EXTNCRS"]
    (effect,) = outcome.effects.values()
    numbers = effect.numbers
    assert (numbers["snowballs"], numbers["samples_snowballs"]) == (1, (flags != plain).sum())
    assert numbers["samples_jump"] == np.count_nonzero(flags & JUMP)
    assert numbers["pixels_jump"] == np.count_nonzero((flags & JUMP).any(axis=(0, 1)))
    assert "1 snowballs, flags of" in effect.line


def test_snowballs_are_the_same_however_the_exposure_is_cut(
    snowball: str, gain: np.ndarray, noise: np.ndarray
) -> None:
    step = made(expand_large_events=True, edge_size=0)
    with step.open_input(snowball) as model:
        correction = step.prepare(model)
        assert correction is not None
        arrays = {"data": model.data, "groupdq": model.groupdq, "pixeldq": model.pixeldq}
        check_correction(correction, arrays)


def test_no_room_between_the_passes_is_one_line_and_no_product(
    snowball: str, gain: np.ndarray, noise: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*words: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "posix_fallocate", full, raising=False)
    with pytest.raises(OutputError, match=r"no room for .* between two passes"):
        run_on_file(made(expand_large_events=True), snowball)
    assert not Path("x_jump.fits").exists()


@pytest.mark.parametrize("keyword", ["NFRAMES", "TGROUP"])
def test_missing_keyword_is_named(
    ramp: str, gain: np.ndarray, noise: np.ndarray, keyword: str
) -> None:
    fits.delval(ramp, keyword)
    with pytest.raises(InputError, match=f"{keyword} is missing"):
        run_on_file(made(), ramp)


def test_reference_that_is_not_there_is_asked_for(ramp: str) -> None:
    with pytest.raises(ReferenceFileError, match="jump needs a GAIN reference"):
        run_on_file(JumpStep(override_gain="N/A", override_readnoise="N/A"), ramp)


def test_correction_gives_the_same_however_it_is_cut(
    ramp: str, gain: np.ndarray, noise: np.ndarray
) -> None:
    step = made(after_jump_flag_dn1=10.0, after_jump_flag_time1=6.0)
    with step.open_input(ramp) as model:
        correction = step.prepare(model)
        assert correction is not None
        arrays = {"data": model.data, "groupdq": model.groupdq, "pixeldq": model.pixeldq}
        check_correction(correction, arrays)


def test_numbers_are_those_of_the_arrays(ramp: str, gain: np.ndarray, noise: np.ndarray) -> None:
    outcome = run_on_file(made(), ramp)
    jumps = (fits.getdata(outcome.product, "GROUPDQ") & JUMP) != 0
    (effect,) = outcome.effects.values()
    numbers = effect.numbers
    assert numbers["samples_jump"] == np.count_nonzero(jumps) > 0
    assert numbers["samples_jump_by_group"] == jumps.sum(axis=(0, 2, 3)).tolist()
    assert numbers["pixels_jump"] == np.count_nonzero(jumps.any(axis=(0, 1)))
    assert numbers["pixels_without_gain"] == np.count_nonzero(np.isnan(gain))
    assert effect.line.startswith(f"{jumps.sum():,} of {jumps.size:,} samples flagged JUMP_DET (")


class Fitted(Pipeline):
    """The search for jumps and the fit."""

    step_defs: ClassVar[dict[str, type[Step]]] = {"jump": JumpStep, "ramp_fit": RampFitStep}


def test_pipeline_in_two_passes_has_the_rates_of_its_steps_one_by_one(
    snowball: str, gain: np.ndarray, noise: np.ndarray
) -> None:
    given = {"override_gain": "gain.fits", "override_readnoise": "noise.fits"}
    large = {"expand_large_events": True, "edge_size": 0}
    alone = {**given, "output_dir": "alone"}
    jumps = str(run_on_file(JumpStep(**alone, **large), snowball).product)
    expected = str(run_on_file(RampFitStep(**alone), jumps).product)
    steps = {"jump": {**given, **large, "save_results": True}, "ramp_fit": given}
    rates = str(run_on_file(Fitted(steps=steps), snowball).product)
    for mine, its in (("x_jump.fits", jumps), (rates, expected)):
        for name in ("SCI", "GROUPDQ", "DQ", "ERR"):
            with fits.open(mine) as found, fits.open(its) as hdus:
                if name in hdus:
                    np.testing.assert_array_equal(found[name].data, hdus[name].data, name)
