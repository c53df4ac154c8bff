"""The convolution against a plain loop over pixels."""

from __future__ import annotations

import numpy as np
import pytest

from jwst.ipc.convolution import convolve, places, reach

SIZE = (9, 11)


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
