from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from factories import SIZE, make_linearity, make_ramp, window

from jwst.datamodels import LinearityModel, RampModel
from jwst.linearity.coefficients import added_flags, make_safe
from jwst.linearity.linearity import do_correction
from jwst.linearity.polynomial import correct, correct_zeroframe
from jwst.linearity.reads import correct_reads
from strun.datamodels.dqflags import group, pixel
from strun.errors import ReferenceFileError


def prepared(path: Path, name: str = "coeffs") -> tuple[np.ndarray, np.ndarray]:
    """Return the safe coefficients of the exposure's pixels, and what their flags become."""
    model, here = LinearityModel(path), window()
    terms, flags = getattr(model, name)[:, *here].copy(), model.dq[here]
    return terms, flags | added_flags(make_safe(terms, flags))


def scratch() -> np.ndarray:
    """Return a work array for the kernels."""
    return np.empty(SIZE, np.float32)


def test_do_correction_equals_the_kernel(ramp: Path, linearity: Path) -> None:
    expected, (terms, _) = RampModel(ramp).data.copy(), prepared(linearity)
    for samples, flags in zip(expected, RampModel(ramp).groupdq, strict=True):
        correct(samples, flags, terms, scratch())
    result = do_correction(RampModel(ramp), LinearityModel(linearity))
    assert result.data.tobytes() == expected.tobytes()
    assert (result.groupdq == RampModel(ramp).groupdq).all()


def test_do_correction_flags_pixels_without_a_polynomial(ramp: Path, linearity: Path) -> None:
    before, (_, added) = RampModel(ramp), prepared(linearity)
    result = do_correction(RampModel(ramp), LinearityModel(linearity))
    assert (result.pixeldq == (before.pixeldq | added)).all()
    uncorrected = (result.pixeldq & pixel["NO_LIN_CORR"]) != 0
    assert uncorrected.any()
    assert (result.data[..., uncorrected] == before.data[..., uncorrected]).all()


def test_do_correction_keeps_saturated_samples(ramp: Path, linearity: Path) -> None:
    before = RampModel(ramp)
    result = do_correction(RampModel(ramp), LinearityModel(linearity))
    saturated = (before.groupdq & group["SATURATED"]) != 0
    assert (result.data[saturated] == before.data[saturated]).all()


def test_do_correction_changes_the_model_it_is_given_and_not_the_reference(
    ramp: Path, linearity: Path
) -> None:
    model, reference = RampModel(ramp), LinearityModel(linearity)
    before = reference.coeffs.tobytes(), reference.dq.tobytes()
    assert do_correction(model, reference) is model
    assert (reference.coeffs.tobytes(), reference.dq.tobytes()) == before


@pytest.mark.parametrize("said", [True, False])
def test_do_correction_corrects_zero_frames_when_the_header_says_so(
    folder: Path, linearity: Path, said: bool
) -> None:
    frames = np.linspace(0, 9000, 2 * SIZE[0] * SIZE[1], dtype=np.float32).reshape(2, *SIZE)
    extra = fits.ImageHDU(frames, name="ZEROFRAME")
    path = make_ramp(folder / "zero.fits", extra=(extra,), ZEROFRAM=said)
    result = do_correction(RampModel(path), LinearityModel(linearity))
    if said:
        correct_zeroframe(frames, prepared(linearity)[0], scratch())
    assert result.zeroframe.tobytes() == frames.tobytes()


def test_do_correction_goes_read_by_read_when_groups_are_means(folder: Path) -> None:
    ramp = make_ramp(folder / "means.fits", NFRAMES=4)
    linearity = make_linearity(folder / "inverse.fits", inverse=3)
    forward, added = prepared(linearity)
    backward, added_too = prepared(linearity, "inv_coeffs")
    expected = RampModel(ramp).data.copy()
    for samples, flags in zip(expected, RampModel(ramp).groupdq, strict=True):
        correct_reads(samples, flags, forward, backward, nframes=4)
    result = do_correction(RampModel(ramp), LinearityModel(linearity))
    assert result.data.tobytes() == expected.tobytes()
    assert (result.pixeldq == (RampModel(ramp).pixeldq | added | added_too)).all()


@pytest.mark.parametrize("nframes", [1, None])
def test_do_correction_leaves_inverse_polynomials_when_groups_are_single_reads(
    folder: Path, nframes: int | None
) -> None:
    ramp = make_ramp(folder / "single.fits", NFRAMES=nframes)
    with_inverse = LinearityModel(make_linearity(folder / "inverse.fits", inverse=3))
    without = LinearityModel(make_linearity(folder / "plain.fits"))
    without.coeffs, without.dq = with_inverse.coeffs, with_inverse.dq
    first = do_correction(RampModel(ramp), with_inverse)
    second = do_correction(RampModel(ramp), without)
    assert first.data.tobytes() == second.data.tobytes()


def test_do_correction_leaves_inverse_polynomials_when_read_times_are_given(
    folder: Path,
) -> None:
    ramp = make_ramp(folder / "times.fits", NFRAMES=4)
    linearity = make_linearity(folder / "inverse.fits", inverse=3)
    timed = RampModel(ramp)
    timed.meta.exposure.read_times = [[1.0, 2.0], [5.0, 6.0]]
    expected, (terms, _) = RampModel(ramp).data.copy(), prepared(linearity)
    for samples, flags in zip(expected, RampModel(ramp).groupdq, strict=True):
        correct(samples, flags, terms, scratch())
    assert do_correction(timed, LinearityModel(linearity)).data.tobytes() == expected.tobytes()


def test_do_correction_warns_when_one_group_has_no_slope(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ramp = make_ramp(folder / "one.fits", shape=(1, 1, *SIZE), NFRAMES=4)
    linearity = make_linearity(folder / "inverse.fits", inverse=3)
    with caplog.at_level(logging.WARNING):
        do_correction(RampModel(ramp), LinearityModel(linearity))
    assert "One group has no slope" in caplog.text


def test_do_correction_raises_when_there_is_one_coefficient(ramp: Path, folder: Path) -> None:
    model = LinearityModel(make_linearity(folder / "one.fits"))
    model.coeffs = model.coeffs[:1]
    with pytest.raises(ReferenceFileError, match="COEFFS has 1 plane, expected 2 or more"):
        do_correction(RampModel(ramp), model)


def test_do_correction_warns_of_infinite_coefficients(
    ramp: Path, linearity: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with fits.open(linearity, mode="update") as hdus:
        hdus["COEFFS"].data[2, 25, 15:17] = np.inf
    do_correction(RampModel(ramp), LinearityModel(linearity))
    assert len([text for text in caplog.messages if "infinite coefficient" in text]) == 1


def test_do_correction_warns_when_nframes_is_missing_beside_inverse_polynomials(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ramp = make_ramp(folder / "none.fits", NFRAMES=None)
    linearity = make_linearity(folder / "inverse.fits", inverse=3)
    do_correction(RampModel(ramp), LinearityModel(linearity))
    assert [text for text in caplog.messages if text.startswith("NFRAMES is missing")]
