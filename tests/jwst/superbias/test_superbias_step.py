"""The superbias subtracted from groups and zero frames."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from factories import REFERENCE_SIZE, SIZE, make_image, make_ramp, window

from jwst import datamodels
from jwst.superbias import SuperBiasStep
from jwst.superbias.correction import SuperBiasCorrection
from strun.blockio.rows import MemoryRows
from strun.datamodels.covering import Flags
from strun.datamodels.dqdef import Decoder
from strun.datamodels.dqflags import pixel
from strun.engine.passes import correct_in_memory
from strun.errors import InputError, ReferenceMismatchError
from strun.steps.running import run_on_file
from strun.testing import check_correction

NIRCAM = {"INSTRUME": "NIRCAM", "DETECTOR": "NRCA1", "EXP_TYPE": "NRC_IMAGE", "FILTER": None}


@pytest.fixture
def bias(folder: Path) -> Path:
    rng = np.random.default_rng(3)
    values = rng.normal(9000, 500, REFERENCE_SIZE)
    values[rng.random(values.shape) < 0.1] = np.nan
    dq = rng.integers(0, 4, values.shape).astype(np.uint32)
    names = ("UNRELIABLE_BIAS", "HOT")
    return Path(make_image(folder / "bias.fits", "SUPERBIAS", values, dq, names, **NIRCAM))


@pytest.fixture
def exposure(folder: Path) -> Path:
    zeros = np.random.default_rng(4).integers(0, 3, (2, *SIZE)).astype(np.float32) * 10000
    extra = (fits.ImageHDU(zeros, name="ZEROFRAME"),)
    return make_ramp(folder / "x_saturation.fits", extra=extra, ZEROFRAM=True, **NIRCAM)


def _run(path: Path, bias: Path, **parameters: bool) -> fits.HDUList:
    step = SuperBiasStep(override_superbias=str(bias), **parameters)
    return fits.open(str(run_on_file(step, str(path)).product))


def test_superbias_is_subtracted_and_nan_counts_as_zero(exposure: Path, bias: Path) -> None:
    values = np.nan_to_num(fits.getdata(bias, "SCI")[window()]).astype(np.float32)
    with fits.open(exposure) as before, _run(exposure, bias) as after:
        np.testing.assert_array_equal(after["SCI"].data, before["SCI"].data - values)
        assert after[0].header["S_SUPERB"] == "COMPLETE"
        assert after[0].header["R_SUPERB"] == "bias.fits"
        assert after.filename() == "x_superbias.fits"


def test_flags_of_the_reference_go_into_pixeldq(exposure: Path, bias: Path) -> None:
    raw = fits.getdata(bias, "DQ")[window()]
    flags = np.where(raw & 1, pixel["UNRELIABLE_BIAS"], 0) | np.where(raw & 2, pixel["HOT"], 0)
    with fits.open(exposure) as before, _run(exposure, bias) as after:
        np.testing.assert_array_equal(after["PIXELDQ"].data, before["PIXELDQ"].data | flags)


def test_zeros_of_a_zero_frame_stay(exposure: Path, bias: Path) -> None:
    values = np.nan_to_num(fits.getdata(bias, "SCI")[window()]).astype(np.float32)
    with fits.open(exposure) as before, _run(exposure, bias) as after:
        zeros = before["ZEROFRAME"].data
        expected = np.where(zeros == 0, 0, zeros - values).astype(np.float32)
        np.testing.assert_array_equal(after["ZEROFRAME"].data, expected)


def test_model_in_memory_is_corrected_as_on_disk(exposure: Path, bias: Path) -> None:
    with datamodels.open(str(exposure)) as model:
        result = SuperBiasStep.call(model, override_superbias=str(bias))
    with _run(exposure, bias) as after:
        np.testing.assert_array_equal(result.data, after["SCI"].data)
        np.testing.assert_array_equal(result.zeroframe, after["ZEROFRAME"].data)


@pytest.mark.parametrize("stripes", [1, 2])
def test_integrations_go_through_the_superbias_of_superstripes(
    rng: np.random.Generator, stripes: int
) -> None:
    bias = rng.normal(0, 9, (stripes, 3, 4)).astype(np.float32)
    dq = rng.integers(0, 9, bias.shape).astype(np.uint32)
    flags = Flags(MemoryRows(dq), Decoder(None))
    data = rng.normal(0, 9, (4, 2, 3, 4)).astype(np.float32)
    zeros = data[:, 0].copy()
    expected = data - np.concatenate([bias] * 4)[:4, None]
    correction = SuperBiasCorrection(MemoryRows(bias), flags, zeroframe=True)
    model = datamodels.SuperstripeRampModel(data=data, zeroframe=zeros)
    model.pixeldq = np.zeros_like(dq)
    correct_in_memory(model, correction)
    np.testing.assert_array_equal(model.data, expected)
    np.testing.assert_array_equal(model.zeroframe, expected[:, 0])
    np.testing.assert_array_equal(model.pixeldq, dq)


def test_exposure_without_a_reference_is_skipped(exposure: Path) -> None:
    with fits.open(exposure) as before, _run(exposure, Path("N/A")) as after:
        assert after[0].header["S_SUPERB"] == "SKIPPED"
        np.testing.assert_array_equal(after["SCI"].data, before["SCI"].data)


def test_reference_that_does_not_cover_the_exposure_is_refused(
    folder: Path, exposure: Path, bias: Path
) -> None:
    fits.setval(bias, "SUBSTRT1", value=100)
    with pytest.raises(ReferenceMismatchError, match=r"bias\.fits covers corner \(100, 1\)"):
        _run(exposure, bias)
    assert not Path("x_superbias.fits").exists()


def test_superbias_twice_is_refused_unless_forced(exposure: Path, bias: Path) -> None:
    fits.setval(exposure, "S_SUPERB", value="COMPLETE")
    with pytest.raises(InputError, match=r"S_SUPERB is COMPLETE.*force=True"):
        _run(exposure, bias)
    _run(exposure, bias, force=True).close()


def test_bits_and_counts_do_not_depend_on_blocks(exposure: Path, bias: Path) -> None:
    step = SuperBiasStep(override_superbias=str(bias))
    with step.open_input(str(exposure)) as model:
        names = ("data", "groupdq", "pixeldq", "zeroframe")
        arrays = {name: getattr(model, name) for name in names}
        correction = step.prepare(model)
        assert correction is not None
        check_correction(correction, arrays)


def test_line_tells_samples_and_pixels_without_superbias() -> None:
    counts = {"samples": 100, "samples_subtracted": 90, "pixels": 10, "pixels_without_bias": 1}
    assert SuperBiasStep().effect_of(counts).line == (
        "90 of 100 samples corrected (90 %); 1 of 10 pixels without superbias (10 %)"
    )


def test_numbers_are_those_of_the_arrays(exposure: Path, bias: Path) -> None:
    outcome = run_on_file(SuperBiasStep(override_superbias=str(bias)), str(exposure))
    changed = fits.getdata(exposure, "SCI") != fits.getdata(outcome.product, "SCI")
    (effect,) = outcome.effects.values()
    numbers = effect.numbers
    assert numbers["samples_subtracted"] == np.count_nonzero(changed)
    missing = np.count_nonzero(np.isnan(fits.getdata(bias, "SCI")[window()]))
    assert numbers["pixels_without_bias"] == missing
