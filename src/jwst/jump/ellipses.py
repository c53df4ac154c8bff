"""
Ellipses for regions of an image: arrays only.

The numbers are those of scikit-image (regionprops and draw.ellipse), to the last bit: calls of
numpy that sum (einsum) or that iterate (eigvalsh) are the same as there, with the same arguments.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jwst.jump.regions import Region

# pixels: saturated stars and jumps with their neighbors are thousands of the same few shapes
_SMALL = 128


class Ellipse(NamedTuple):
    """
    An ellipse in an image.

    Attributes
    ----------
    x, y : float
        Column and row of its center, from 0.
    minor, major : float
        Axes (not semi-axes), in pixels; -1 for a single row of pixels.
    angle : float
        Of the major axis to the rows, in degrees.
    """

    x: float
    y: float
    minor: float
    major: float
    angle: np.float64

    def contains(self, x: float, y: float) -> bool:
        """
        Return whether a point is in it, or on it.

        As in jwst, which counts the angle from the other axis: what is looked at is the ellipse
        with rows and columns exchanged.
        """
        angle = np.radians(180 - self.angle)
        cosine, sine = np.cos(angle), np.sin(angle)
        right, up = x - self.x, y - self.y
        along, across = right * cosine - up * sine, right * sine + up * cosine
        minor, major = self.minor * 0.5, self.major * 0.5
        with np.errstate(all="ignore"):
            return bool(along**2 / major**2 + across**2 / minor**2 <= 1)


class Drawn(NamedTuple):
    """A filled ellipse: the part of the image (rows, columns) that it is in, and its mask there."""

    where: tuple[slice, slice]
    mask: NDArray[np.bool_]


def ellipse_of(region: Region) -> Ellipse:
    """Return the ellipse that has a region's second moments, its axes a pixel shorter."""
    image = region.image
    if image.size > _SMALL:
        return Ellipse(region.x, region.y, *_axes(image))
    return Ellipse(region.x, region.y, *_known_axes(image.shape, image.tobytes()))


@lru_cache(maxsize=4096)
def _known_axes(shape: tuple[int, int], pixels: bytes) -> tuple[float, float, np.float64]:
    """Return minor axis, major axis and angle of a shape that is seen again and again."""
    return _axes(np.frombuffer(pixels, bool).reshape(shape))


def _axes(image: NDArray[np.bool_]) -> tuple[float, float, np.float64]:
    tensor = _inertia(image)
    least, most = sorted(np.clip(np.linalg.eigvalsh(tensor), 0, None).tolist())
    (a, b), (_, c) = tensor.tolist()
    # the angle of a circle is what it is in scikit-image
    angle = 0.5 * math.atan2(-2 * b, c - a) if b or a != c else -math.pi / 4
    return 4 * math.sqrt(least) - 1, 4 * math.sqrt(most) - 1, np.degrees(angle)


def _inertia(image: NDArray[np.bool_]) -> NDArray[np.float64]:
    values = image.astype(np.float64)
    area = np.count_nonzero(image)
    ny, nx = image.shape
    y = _powers(ny, float(np.count_nonzero(image, axis=1) @ np.arange(ny)) / area)
    x = _powers(nx, float(np.count_nonzero(image, axis=0) @ np.arange(nx)) / area)
    moments = np.einsum("cb,cd->db", values, y, optimize="greedy")
    moments = np.einsum("ac,cd->ad", moments, x, optimize="greedy")
    both = moments[2, 0] + moments[0, 2]
    product = -moments[1, 1] / area
    return np.array(
        [
            [(both - moments[2, 0]) / area, product],
            [product, (both - moments[0, 2]) / area],
        ]
    )


def _powers(size: int, center: float) -> NDArray[np.float64]:
    """Return the powers 0 to 3 of distances; one more than is needed, as in scikit-image."""
    distances: NDArray[np.float64] = np.arange(size, dtype=np.float64) - center
    return distances[:, np.newaxis] ** np.arange(4, dtype=np.float64)


def draw(
    x: float, y: float, semi_axes: tuple[int, int], angle: float, shape: tuple[int, int]
) -> Drawn:
    """
    Draw a filled ellipse around a pixel, the center rounded, in an image (rows, columns).

    Its semi-axes are those of columns and rows before it is turned, by some degrees; with a 0 there
    is no ellipse.
    """
    across, down = semi_axes
    row, column, reach = round(y), round(x), max(semi_axes) + 2
    rows = slice(max(row - reach, 0), min(row + reach + 1, shape[0]))
    columns = slice(max(column - reach, 0), min(column + reach + 1, shape[1]))
    mask = np.zeros((rows.stop - rows.start, columns.stop - columns.start), bool)
    if across and down:
        turn = np.radians(angle) % np.pi
        cosine, sine = np.cos(turn), np.sin(turn)
        height = abs(down * cosine) + across * sine
        width = down * sine + abs(across * cosine)
        box = (
            _around(row - rows.start, height, mask.shape[0]),
            _around(column - columns.start, width, mask.shape[1]),
        )
        r = np.arange(box[0].start, box[0].stop, dtype=np.float64) - (row - rows.start)
        c = np.arange(box[1].start, box[1].stop, dtype=np.float64) - (column - columns.start)
        r = r[:, np.newaxis]
        distance = ((r * cosine + c * sine) / down) ** 2 + ((r * sine - c * cosine) / across) ** 2
        mask[box] = distance < 1
    return Drawn((rows, columns), mask)


def _around(center: int, extent: float, size: int) -> slice:
    """Return the pixels within `extent` of a center, of an axis of `size` pixels."""
    start = max(math.ceil(center - extent), 0)
    return slice(start, max(min(math.floor(center + extent), size - 1) + 1, start))
