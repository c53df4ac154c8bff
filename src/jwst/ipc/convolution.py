"""The convolution of images with kernels of a few pixels: arrays only."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray


def reach(size: tuple[int, int]) -> int:
    """Return how many pixels beyond a pixel a kernel of a size looks at, at most."""
    return max(each // 2 for each in size)


def places(size: tuple[int, int]) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """
    Yield the places of a kernel in the order of the sum: row by row, the middle one last.

    Each comes with the place of the pixel that it multiplies, in an image that has half a kernel
    of padding: the kernel is turned by 180 degrees.
    """
    height, width = size
    middle = height // 2, width // 2
    for row, column in np.ndindex(height, width):
        if (row, column) != middle:
            yield (row, column), (height - row - 1, width - column - 1)
    # the pixel itself: of a kernel with an even size, turning would miss it
    yield middle, middle


def convolve(
    image: NDArray[np.float32],
    kernel: NDArray[np.float32],
    active: tuple[slice, slice],
    padded: NDArray[np.float32],
    product: NDArray[np.float32],
) -> None:
    """
    Convolve an image with a kernel, in place.

    Every product is rounded to float32 and added in the order of `places`. Pixels that are not
    active count as 0 for the others, and keep their value.

    Parameters
    ----------
    image : ndarray of float32
        (rows, columns), in DN; changed in place.
    kernel : ndarray of float32
        (kernel rows, kernel columns), or one for each pixel: with (rows, columns) behind.
    active : tuple of slice
        Rows and columns of the pixels that are no reference pixels.
    padded, product : ndarray of float32
        Scratch: of the active pixels' shape with a kernel's size less one more; of their shape.
    """
    height, width = kernel.shape[:2]
    values = image[active]
    ny, nx = values.shape
    padded.fill(0)
    padded[height // 2 : height // 2 + ny, width // 2 : width // 2 + nx] = values
    values.fill(0)
    for place, (top, left) in places((height, width)):
        factor = kernel[place]
        if kernel.ndim > 2:
            factor = factor[active]
        np.multiply(padded[top : top + ny, left : left + nx], factor, out=product)
        values += product
