"""The ipc step: what is convolved, and what is left alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from factories import REFERENCE_SIZE, make_image, make_ramp

from jwst import datamodels
from jwst.ipc import IPCStep
from jwst.ipc.correction import convolve, places, reach
from strun.errors import InputError, ReferenceFileError
from strun.steps.running import run_on_file
from strun.testing import check_correction

NIRCAM = {"INSTRUME": "NIRCAM", "DETECTOR": "NRCA1", "EXP_TYPE": "NRC_IMAGE", "FILTER": None}
KERNEL = np.array([[0, -0.01, 0], [-0.01, 1.04, -0.01], [0, -0.01, 0]], np.float32)
SIZE = (9, 11)


def _reference(folder: Path, values: np.ndarray) -> str:
    return make_image(folder / "ipc.fits", "IPC", values, **NIRCAM)


def _corner(folder: Path) -> Path:
    return make_ramp(folder / "x_saturation.fits", SUBSTRT1=1, SUBSTRT2=3, **NIRCAM)


def _run(path: Path, reference: str) -> fits.HDUList:
    return fits.open(str(run_on_file(IPCStep(override_ipc=reference), str(path)).product))


def test_reference_pixels_are_not_changed(folder: Path) -> None:
    path = _corner(folder)
    with fits.open(path) as before, _run(path, _reference(folder, KERNEL)) as after:
        same = before["SCI"].data == after["SCI"].data
        assert same[..., :2, :].all()
        assert same[..., :, :4].all()
        assert not same[..., 2:, 4:].any()
        assert after[0].header["S_IPC"] == "COMPLETE"
        assert after.filename() == "x_ipc.fits"


def test_kernels_of_pixels_that_are_all_alike_do_as_one(folder: Path) -> None:
    path = _corner(folder)
    with _run(path, _reference(folder, KERNEL)) as one:
        expected = one["SCI"].data.copy()
    kernels = np.broadcast_to(KERNEL[:, :, None, None], (3, 3, *REFERENCE_SIZE))
    with _run(path, _reference(folder, kernels)) as many:
        np.testing.assert_array_equal(many["SCI"].data, expected)


def test_model_in_memory_is_corrected_as_on_disk(folder: Path) -> None:
    path, reference = _corner(folder), _reference(folder, KERNEL)
    with datamodels.open(str(path)) as model:
        result = IPCStep.call(model, override_ipc=reference)
    with _run(path, reference) as after:
        np.testing.assert_array_equal(result.data, after["SCI"].data)


@pytest.mark.parametrize("by_pixel", [False, True])
def test_bits_and_counts_do_not_depend_on_blocks(
    folder: Path, rng: np.random.Generator, by_pixel: bool
) -> None:
    size = (3, 5, *REFERENCE_SIZE) if by_pixel else (3, 5)
    step = IPCStep(override_ipc=_reference(folder, rng.normal(0, 0.1, size).astype(np.float32)))
    with step.open_input(str(_corner(folder))) as model:
        correction = step.prepare(model)
        assert correction is not None
        arrays = {name: getattr(model, name) for name in ("data", "groupdq", "pixeldq")}
        check_correction(correction, arrays)


def test_exposure_without_a_reference_is_skipped(folder: Path) -> None:
    with _run(_corner(folder), "N/A") as after:
        assert after[0].header["S_IPC"] == "SKIPPED"


def test_kernel_of_three_axes_is_refused(folder: Path) -> None:
    reference = _reference(folder, np.ones((2, 3, 3), np.float32))
    with pytest.raises(ReferenceFileError, match=r"SCI is \(2, 3, 3\), expected a kernel"):
        _run(_corner(folder), reference)


def test_irs2_is_refused(folder: Path) -> None:
    path = make_ramp(folder / "x.fits", shape=(1, 1, 3200, 4), SUBSIZE2=2048, **NIRCAM)
    with pytest.raises(InputError, match=r"IRS2.*use jwst for it"):
        _run(path, _reference(folder, KERNEL))


def test_ipc_twice_is_refused(folder: Path) -> None:
    path = make_ramp(folder / "x.fits", S_IPC="COMPLETE", **NIRCAM)
    with pytest.raises(InputError, match=r"S_IPC is COMPLETE.*force=True"):
        _run(path, _reference(folder, KERNEL))


def test_exposure_of_unknown_place_is_refused(folder: Path) -> None:
    path = make_ramp(folder / "x.fits", SUBSTRT1=None, **NIRCAM)
    with pytest.raises(InputError, match=r"SUBSTRT1 is missing, expected a whole number"):
        _run(path, _reference(folder, KERNEL))


def test_line_tells_samples() -> None:
    line = IPCStep().effect_of({"samples": 20, "samples_convolved": 10}).line
    assert line == "10 of 20 samples convolved (50 %)"


def _plain(image: np.ndarray, kernel: np.ndarray, active: tuple[slice, slice]) -> np.ndarray:
    """Return the convolution, pixel by pixel; kernels of odd sizes."""
    result, height, width = image.copy(), *kernel.shape[:2]
    source = np.zeros((image.shape[0] + height, image.shape[1] + width), np.float32)
    inside = source[height // 2 :, width // 2 :][: image.shape[0], : image.shape[1]]
    inside[active] = image[active]
    for y in range(*active[0].indices(image.shape[0])):
        for x in range(*active[1].indices(image.shape[1])):
            total = np.float32(0)
            for (row, column), _ in places((height, width)):
                factor = kernel[(row, column) + ((y, x) if kernel.ndim > 2 else ())]
                total += factor * source[y + height - row - 1, x + width - column - 1]
            result[y, x] = total
    return result


@pytest.mark.parametrize("size", [(1, 1), (3, 3), (5, 3), (3, 5)])
@pytest.mark.parametrize("by_pixel", [False, True])
def test_convolution_is_that_of_a_loop_over_pixels(
    rng: np.random.Generator, size: tuple[int, int], by_pixel: bool
) -> None:
    image = rng.normal(1000, 50, SIZE).astype(np.float32)
    kernel = rng.normal(0, 0.1, size + (SIZE if by_pixel else ())).astype(np.float32)
    active = slice(2, 8), slice(1, 10)
    expected = _plain(image, kernel, active)
    padded = np.empty((6 + size[0] - 1, 9 + size[1] - 1), np.float32)
    convolve(image, kernel, active, padded, np.empty((6, 9), np.float32))
    np.testing.assert_array_equal(image, expected)


def test_middle_of_an_even_kernel_is_the_pixel_itself() -> None:
    kernel = np.zeros((4, 2), np.float32)
    kernel[2, 1] = 2
    image = np.arange(12, dtype=np.float32).reshape(3, 4)
    expected = 2 * image
    convolve(image, kernel, np.s_[:, :], np.empty((6, 5), np.float32), np.empty_like(image))
    np.testing.assert_array_equal(image, expected)


def test_reach_is_half_the_larger_side() -> None:
    assert reach((3, 5)) == 2
