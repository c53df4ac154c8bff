"""Drifts of near-infrared detectors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from factories import primary
from refpix_plain import corrected

from jwst import datamodels
from jwst.refpix import RefPixStep
from strun.datamodels.dqflags import pixel
from strun.engine import loop, workers
from strun.errors import InputError
from strun.steps.running import run_on_file
from strun.testing import check_correction

NIRCAM = {
    "INSTRUME": "NIRCAM",
    "DETECTOR": "NRCA1",
    "EXP_TYPE": "NRC_IMAGE",
    "FILTER": None,
    "FASTAXIS": 1,
    "SLOWAXIS": 2,
    "NOUTPUTS": 4,
    "ZEROFRAM": True,
}
FULL = (2048, 2048)


def _exposure(
    path: Path,
    shape: tuple[int, int, int, int],
    *,
    corner: tuple[int, int] = (0, 0),
    **keywords: Any,  # noqa: ANN401
) -> Path:
    """Write an exposure on the detector, with bad pixels, flagged borders and zero frames."""
    rng = np.random.default_rng(6)
    ny, nx = shape[2:]
    data = rng.normal(9000, 9, shape) + rng.normal(0, 50, (*shape[:2], 1, 1))
    y, x = np.mgrid[corner[0] : corner[0] + ny, corner[1] : corner[1] + nx]
    border = (y < 4) | (y >= 2044) | (x < 4) | (x >= 2044)
    dq = np.where(border, np.uint32(pixel["REFERENCE_PIXEL"]), np.uint32(0))
    dq[rng.random(dq.shape) < 0.1] |= np.uint32(pixel["DO_NOT_USE"])
    zeros = data[:, 0] * (rng.random(data[:, 0].shape) > 0.1)
    place = {"SUBSTRT1": corner[1] + 1, "SUBSTRT2": corner[0] + 1, "SUBSIZE1": nx, "SUBSIZE2": ny}
    hdus = [
        primary(**(NIRCAM | place | keywords)),
        fits.ImageHDU(data.astype(np.float32), name="SCI"),
        fits.ImageHDU(dq, name="PIXELDQ"),
        fits.ImageHDU(np.zeros(shape, np.uint8), name="GROUPDQ"),
        fits.ImageHDU(zeros.astype(np.float32), name="ZEROFRAME"),
    ]
    fits.HDUList(hdus).writeto(path, overwrite=True)
    return path


def _run(path: Path, **parameters: Any) -> fits.HDUList:  # noqa: ANN401
    return fits.open(str(run_on_file(RefPixStep(**parameters), str(path)).product))


def test_full_frame_is_corrected_as_by_loops_over_whole_frames(folder: Path) -> None:
    path = _exposure(folder / "x_superbias.fits", (1, 2, *FULL))
    with fits.open(path) as before, _run(path) as after:
        data = np.ascontiguousarray(before["SCI"].data[0], np.float32)
        expected = corrected(data, before["PIXELDQ"].data)
        np.testing.assert_array_equal(after["SCI"].data[0], expected)
        np.testing.assert_array_equal(after["PIXELDQ"].data, before["PIXELDQ"].data)
        assert after[0].header["S_REFPIX"] == "COMPLETE"
        assert after.filename() == "x_refpix.fits"


def test_zeros_of_a_zero_frame_stay_and_others_change(folder: Path) -> None:
    path = _exposure(folder / "x.fits", (2, 2, 16, 2048))
    with fits.open(path) as before, _run(path) as after:
        zeros = before["ZEROFRAME"].data == 0
        assert (after["ZEROFRAME"].data[zeros] == 0).all()
        assert (after["ZEROFRAME"].data != before["ZEROFRAME"].data)[~zeros].all()


def _from_detector(image: np.ndarray, fast: int, slow: int) -> np.ndarray:
    """Return an image (..., rows, columns) of a whole detector as it is with other axes."""
    turned = image[..., :: np.sign(slow), :: np.sign(fast)]
    return (turned if abs(fast) == 1 else np.swapaxes(turned, -1, -2)).copy()


@pytest.mark.parametrize(("fast", "slow"), [(-1, 2), (1, -2), (2, 1), (-2, 1)])
def test_orientation_of_the_image_does_not_matter(folder: Path, fast: int, slow: int) -> None:
    path = _exposure(folder / "x.fits", (1, 1, *FULL))
    with _run(path) as after:
        expected = _from_detector(after["SCI"].data, fast, slow)
    with fits.open(path, mode="update") as hdus:
        for name in ("SCI", "PIXELDQ", "GROUPDQ", "ZEROFRAME"):
            hdus[name].data = _from_detector(hdus[name].data, fast, slow)
        hdus[0].header["FASTAXIS"], hdus[0].header["SLOWAXIS"] = fast, slow
    with _run(path) as after:
        np.testing.assert_array_equal(after["SCI"].data, expected)


@pytest.mark.parametrize("noutputs", [1, 4])
@pytest.mark.parametrize("axes", [(1, 2), (-2, 1)])
def test_bits_and_counts_do_not_depend_on_blocks(
    folder: Path, noutputs: int, axes: tuple[int, int]
) -> None:
    how = {"NOUTPUTS": noutputs, "FASTAXIS": axes[0], "SLOWAXIS": axes[1]}
    path, step = _exposure(folder / "x.fits", (2, 3, 12, 14), **how), RefPixStep()
    with step.open_input(str(path)) as model:
        correction = step.prepare(model)
        assert correction is not None
        names = ("data", "groupdq", "pixeldq", "zeroframe")
        check_correction(correction, {name: getattr(model, name) for name in names})


@pytest.mark.parametrize("noutputs", [1, 4])
def test_model_in_memory_is_corrected_as_on_disk(folder: Path, noutputs: int) -> None:
    path = _exposure(folder / "x.fits", (2, 3, 12, 14), NOUTPUTS=noutputs)
    with datamodels.open(str(path)) as model:
        result = RefPixStep.call(model)
    with _run(path) as after:
        np.testing.assert_array_equal(result.data, after["SCI"].data)
        np.testing.assert_array_equal(result.zeroframe, after["ZEROFRAME"].data)


def test_threads_do_not_change_a_bit(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, found = _exposure(folder / "x.fits", (2, 3, 64, 2048)), []
    for threads in (1, 2):
        few = workers.Workers(threads, 40000)
        monkeypatch.setattr(loop, "choose", lambda *_, _few=few, **__: _few)
        with _run(path) as after:
            found.append((after["SCI"].data.copy(), after["ZEROFRAME"].data.copy()))
    for one, two in zip(*found, strict=True):
        np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("by_parity", [False, True])
def test_one_output_loses_the_mean_of_its_reference_pixels(folder: Path, by_parity: bool) -> None:
    path = _exposure(folder / "x.fits", (1, 1, 12, 14), NOUTPUTS=1)
    with fits.open(path) as before, _run(path, siglimit=99, odd_even_columns=by_parity) as after:
        data, dq = before["SCI"].data[0, 0].astype(np.float32), before["PIXELDQ"].data
        for parity in (0, 1):
            columns = np.arange(14) % 2 == parity if by_parity else np.ones(14, bool)
            mean = data[(dq == pixel["REFERENCE_PIXEL"]) & columns].mean()
            expected = data[:, columns] - mean
            np.testing.assert_array_equal(after["SCI"].data[0, 0][:, columns], expected)


def test_subarray_without_reference_pixels_stays_as_it_is(folder: Path) -> None:
    path = _exposure(folder / "x.fits", (1, 2, 12, 14), corner=(100, 200), NOUTPUTS=1)
    with fits.open(path) as before, _run(path) as after:
        np.testing.assert_array_equal(after["SCI"].data, before["SCI"].data)
        assert after[0].header["S_REFPIX"] == "COMPLETE"


def test_outermost_columns_of_edgeless_subarrays_count_as_reference_pixels(folder: Path) -> None:
    how = {"INSTRUME": "NIRSPEC", "DETECTOR": "NRS1", "NOUTPUTS": 1, "SUBARRAY": "SUB32"}
    path = _exposure(folder / "x.fits", (1, 1, 12, 32), corner=(100, 200), **how)
    with _run(path) as after:
        assert np.abs(after["SCI"].data).mean() < 20


def test_only_one_parity_of_reference_pixels_is_refused(folder: Path) -> None:
    path = _exposure(folder / "x.fits", (1, 1, 12, 14), corner=(100, 3), NOUTPUTS=1)
    with pytest.raises(InputError, match=r"only odd or only even columns.*odd_even_columns=false"):
        _run(path)
    assert not Path("x_refpix.fits").exists()


def test_reference_pixels_away_from_the_border_are_refused(folder: Path) -> None:
    path = _exposure(folder / "x.fits", (1, 1, 12, 14), NOUTPUTS=1)
    with fits.open(path, mode="update") as hdus:
        hdus["PIXELDQ"].data[8, 9] = pixel["REFERENCE_PIXEL"]
    with pytest.raises(InputError, match=r"1 pixels are flagged REFERENCE_PIXEL.*not at the"):
        _run(path)


def test_subarray_beyond_the_full_frame_is_skipped(folder: Path) -> None:
    path = _exposure(folder / "x.fits", (1, 1, 12, 14), corner=(2040, 0))
    with _run(path) as after:
        assert after[0].header["S_REFPIX"] == "SKIPPED"
