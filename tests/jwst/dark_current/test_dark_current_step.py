"""The subtraction of the dark, from file to file and in memory."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from factories import SIZE, make_image, make_ramp

from jwst.dark_current import DarkCurrentStep
from strun.errors import InputError, OutputError, ReferenceFileError, ReferenceMismatchError
from strun.references.hashing import cache_folder, sha256
from strun.steps.running import run_on_file
from strun.testing import check_correction

PLACE = {"SUBSTRT1": 11, "SUBSTRT2": 21}
NIRCAM = {"INSTRUME": "NIRCAM", "DETECTOR": "NRCA1"}
AVERAGED = NIRCAM | {"NFRAMES": 4, "GROUPGAP": 1}


def make_dark(path: Path, shape: tuple[int, ...] = (30, *SIZE), **keywords: Any) -> str:  # noqa: ANN401
    """Write a dark of single frames with a NaN; of MIRI when it has four axes."""
    frames = np.random.default_rng(5).normal(3, 1, shape)
    frames[..., 1, 2, 3] = np.nan
    dq = np.zeros((shape[0], 1, *shape[-2:]) if len(shape) > 3 else shape[-2:], np.uint32)
    dq[..., 1, :] = 2
    said = {"NFRAMES": 1, "GROUPGAP": 0, "NGROUPS": shape[-3]} | PLACE | keywords
    make_image(path, "DARK", frames, dq, ("DO_NOT_USE", "HOT"), **said)
    # as of yesterday: sums of files that were written just now are not remembered
    os.utime(path, (1e9, 1e9))
    return str(path)


def _data(path: Path | str) -> np.ndarray:
    return fits.getdata(path, "SCI").astype(np.float32)


def _frames(path: str) -> np.ndarray:
    return np.nan_to_num(_data(path))


def _averaged(folder: Path) -> tuple[str, str, np.ndarray]:
    """Return an exposure of groups of four frames, a dark of single ones, and the result."""
    ramp = make_ramp(folder / "x_uncal.fits", **AVERAGED)
    dark = make_dark(folder / "dark.fits", **NIRCAM)
    frames = _frames(dark)
    groups = np.stack([frames[5 * n : 5 * n + 4].mean(axis=0) for n in range(5)])
    return str(ramp), dark, _data(ramp) - groups


def test_dark_of_the_same_groups_is_subtracted(folder: Path) -> None:
    ramp = make_ramp(folder / "x_uncal.fits", **NIRCAM, GROUPGAP=0)
    dark = make_dark(folder / "dark.fits", **NIRCAM)
    product = str(run_on_file(DarkCurrentStep(override_dark=dark), str(ramp)).product)
    assert product == "x_dark_current.fits"
    np.testing.assert_array_equal(_data(product), _data(ramp) - _frames(dark)[:5])
    header = fits.getheader(product)
    assert (header["S_DARK"], header["R_DARK"]) == ("COMPLETE", "dark.fits")
    with fits.open(product) as hdus:
        names = [hdu.name for hdu in hdus]
        assert names == ["PRIMARY", "SCI", "PIXELDQ", "GROUPDQ", "AVDRKCUR", "ASDF"]
        assert not hdus["AVDRKCUR"].data.any()


def test_frames_are_averaged_as_those_of_the_exposure(folder: Path) -> None:
    ramp, dark, expected = _averaged(folder)
    product = str(run_on_file(DarkCurrentStep(override_dark=dark), ramp).product)
    np.testing.assert_array_equal(_data(product), expected)
    np.testing.assert_array_equal(DarkCurrentStep.call(ramp, override_dark=dark).data, expected)


def _run_with_cache(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, np.ndarray]:
    """Return what a run has kept, and the samples that are expected."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    ramp, dark, expected = _averaged(folder)
    sha256(dark)
    run_on_file(DarkCurrentStep(override_dark=dark), ramp)
    (kept,) = Path(cache_folder("prepared")).glob("*.fits")
    return kept, expected


def test_averaged_dark_is_kept_and_used_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    kept, expected = _run_with_cache(folder, monkeypatch)
    assert _data(kept).shape == (5, *SIZE)
    caplog.set_level("INFO")
    step = DarkCurrentStep(override_dark="dark.fits")
    np.testing.assert_array_equal(_data(str(run_on_file(step, "x_uncal.fits").product)), expected)
    assert "averaged before" in caplog.text


def test_kept_dark_that_is_damaged_is_made_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    kept, expected = _run_with_cache(folder, monkeypatch)
    whole = kept.read_bytes()
    kept.write_bytes(whole[:6000] + bytes([whole[6000] ^ 1]) + whole[6001:])
    step = DarkCurrentStep(override_dark="dark.fits")
    np.testing.assert_array_equal(_data(str(run_on_file(step, "x_uncal.fits").product)), expected)
    assert "made again" in caplog.text
    assert kept.read_bytes()[6000] == whole[6000]


def test_cache_that_cannot_be_written_does_no_harm(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "cache").write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    ramp, dark, expected = _averaged(folder)
    for _ in range(2):
        product = str(run_on_file(DarkCurrentStep(override_dark=dark), ramp).product)
        np.testing.assert_array_equal(_data(product), expected)


@pytest.mark.parametrize("start", [1, 2])
def test_miri_has_a_dark_for_each_integration(folder: Path, start: int) -> None:
    said = {"GROUPGAP": 0, "INTSTART": start, "INTEND": start + 2, "NINTS": 9}
    ramp = make_ramp(folder / "x_uncal.fits", shape=(3, 4, *SIZE), **said)
    dark = make_dark(folder / "dark.fits", (2, 6, *SIZE))
    expected, frames = _data(ramp), _frames(dark)
    for integration in range(3):
        expected[integration] -= frames[min(integration, 1) if start == 1 else 1, :4]
    product = str(run_on_file(DarkCurrentStep(override_dark=dark), str(ramp)).product)
    np.testing.assert_array_equal(_data(product), expected)


def test_short_dark_is_continued(folder: Path) -> None:
    ramp = make_ramp(folder / "x_uncal.fits", **NIRCAM, GROUPGAP=0)
    dark = make_dark(folder / "dark.fits", (3, *SIZE), **NIRCAM)
    frames = _data(dark).astype(float)
    step = (_data(dark)[2] - _data(dark)[1]).astype(float)
    longer = np.nan_to_num(np.concatenate([frames, frames[2] + [step, 2 * step]]))
    product = str(run_on_file(DarkCurrentStep(override_dark=dark), str(ramp)).product)
    np.testing.assert_array_equal(_data(product), (_data(ramp) - longer).astype(np.float32))


def test_dark_is_saved_as_it_was_subtracted(folder: Path) -> None:
    ramp, dark, _ = _averaged(folder)
    run_on_file(DarkCurrentStep(override_dark=dark, dark_output="mean.fits"), ramp)
    frames = _frames(dark)
    with fits.open("mean.fits") as hdus:
        np.testing.assert_array_equal(hdus["SCI"].data[1], frames[5:9].mean(axis=0))
        assert (hdus[0].header["NFRAMES"], hdus[0].header["NGROUPS"]) == (4, 5)
        assert hdus["DQ"].data.shape == SIZE


def test_saved_dark_does_not_replace_the_input(folder: Path) -> None:
    ramp, dark, _ = _averaged(folder)
    with pytest.raises(OutputError, match="would overwrite"):
        run_on_file(DarkCurrentStep(override_dark=dark, dark_output="x_uncal.fits"), ramp)


def test_dark_of_longer_groups_leaves_the_samples_alone(folder: Path) -> None:
    ramp = make_ramp(folder / "x_uncal.fits", **NIRCAM, GROUPGAP=0)
    dark = make_dark(folder / "dark.fits", **NIRCAM | {"NFRAMES": 2})
    step = DarkCurrentStep(override_dark=dark, average_dark_current=0.5)
    product = str(run_on_file(step, str(ramp)).product)
    np.testing.assert_array_equal(_data(product), _data(ramp))
    assert fits.getval(product, "S_DARK") == "SKIPPED"
    # as in jwst, which sets it first
    assert (fits.getdata(product, "AVDRKCUR") == 0.5).all()


def test_average_dark_current_of_the_reference_is_taken_over(folder: Path) -> None:
    ramp = make_ramp(folder / "x_uncal.fits", **NIRCAM, GROUPGAP=0)
    dark = make_dark(folder / "dark.fits", **NIRCAM, AVDRKCUR=0.25)
    product = str(run_on_file(DarkCurrentStep(override_dark=dark), str(ramp)).product)
    assert (fits.getdata(product, "AVDRKCUR") == 0.25).all()


def test_exposure_without_a_dark_has_no_average(folder: Path) -> None:
    ramp = make_ramp(folder / "x_uncal.fits", **NIRCAM, GROUPGAP=0)
    product = str(run_on_file(DarkCurrentStep(override_dark="N/A"), str(ramp)).product)
    with fits.open(product) as hdus:
        assert "AVDRKCUR" not in hdus
        assert (hdus[0].header["S_DARK"], hdus[0].header["R_DARK"]) == ("SKIPPED", "N/A")


def test_full_frame_is_not_cut_to_a_subarray(folder: Path) -> None:
    ramp = make_ramp(folder / "x_uncal.fits", **NIRCAM, GROUPGAP=0)
    dark = make_dark(folder / "dark.fits", (6, 64, 80), **NIRCAM, SUBSTRT1=1, SUBSTRT2=1)
    with pytest.raises(ReferenceMismatchError, match="a dark reference is not cut"):
        run_on_file(DarkCurrentStep(override_dark=dark), str(ramp))


@pytest.mark.parametrize(
    ("exposure", "dark", "error"),
    [
        ({"GROUPGAP": None}, {}, InputError),
        ({"GROUPGAP": 0}, {"NFRAMES": None}, ReferenceFileError),
    ],
)
def test_file_that_does_not_tell_its_frames_is_refused(
    folder: Path, exposure: dict, dark: dict, error: type[Exception]
) -> None:
    ramp = make_ramp(folder / "x_uncal.fits", **NIRCAM, **exposure)
    reference = make_dark(folder / "dark.fits", **NIRCAM | dark)
    with pytest.raises(error, match=r"is missing, .*frames of the dark are chosen"):
        run_on_file(DarkCurrentStep(override_dark=reference), str(ramp))


def test_dark_with_too_few_groups_is_refused(folder: Path) -> None:
    ramp = make_ramp(folder / "x_uncal.fits", **NIRCAM | {"NFRAMES": 4, "GROUPGAP": 0})
    dark = make_dark(folder / "dark.fits", (11, *SIZE), **NIRCAM | {"NFRAMES": 2})
    with pytest.raises(ReferenceFileError, match="give a longer dark"):
        run_on_file(DarkCurrentStep(override_dark=dark), str(ramp))


@pytest.mark.parametrize("said", [NIRCAM | {"GROUPGAP": 0}, AVERAGED])
def test_correction_gives_the_same_however_it_is_cut(folder: Path, said: dict) -> None:
    ramp = make_ramp(folder / "x_uncal.fits", **said)
    step = DarkCurrentStep(override_dark=make_dark(folder / "dark.fits", **NIRCAM))
    with step.open_input(str(ramp)) as model:
        correction = step.prepare(model)
        assert correction is not None
        average = np.zeros(SIZE, np.float32)
        arrays = {"data": model.data, "pixeldq": model.pixeldq, "average_dark_current": average}
        check_correction(correction, arrays)


def test_switched_off_in_a_run_of_its_own_it_has_no_status(folder: Path) -> None:
    ramp = make_ramp(folder / "x_uncal.fits", **NIRCAM)
    product = str(run_on_file(DarkCurrentStep(skip=True), str(ramp)).product)
    assert "S_DARK" not in fits.getheader(product)


def test_dark_that_was_subtracted_is_not_subtracted_again(folder: Path) -> None:
    ramp = str(make_ramp(folder / "x_uncal.fits", **NIRCAM, GROUPGAP=0, S_DARK="COMPLETE"))
    dark = make_dark(folder / "dark.fits", **NIRCAM)
    with pytest.raises(InputError, match="S_DARK is COMPLETE"):
        run_on_file(DarkCurrentStep(override_dark=dark), ramp)
    assert run_on_file(DarkCurrentStep(override_dark=dark, force=True), ramp).status == "COMPLETE"


def test_numbers_are_those_of_the_arrays(folder: Path) -> None:
    ramp, dark, _ = _averaged(folder)
    outcome = run_on_file(DarkCurrentStep(override_dark=dark), ramp)
    (effect,) = outcome.effects.values()
    after = _data(str(outcome.product))
    mean = (_data(ramp) - after)[:, -1].mean(dtype=float)
    assert effect.numbers["mean_dark_of_last_group"] == pytest.approx(mean, abs=1e-3)
    assert effect.numbers["samples_negative"] == np.count_nonzero(after < 0)
    assert effect.numbers["pixels_flagged"] == SIZE[1]
    assert effect.line.startswith(f"a mean dark of {mean:.3g} DN subtracted from the last group; ")
