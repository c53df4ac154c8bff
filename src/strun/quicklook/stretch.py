"""How an image is drawn so that both sky and stars are seen."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

_LOW, _HIGH = 1.0, 99.98


class Stretch(NamedTuple):
    """
    How an image is drawn: linear around the sky, logarithmic towards the stars (asinh).

    Attributes
    ----------
    low, high : float
        Values of the ends of the colour bar, in DN.
    sky : float
        The value of most pixels.
    width : float
        Distance from it up to which the colours are linear.
    """

    low: float
    high: float
    sky: float
    width: float

    def forward(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return where values lie along the colours."""
        with np.errstate(invalid="ignore", over="ignore"):
            places: NDArray[Any] = np.arcsinh((np.asarray(values) - self.sky) / self.width)
        return places

    def inverse(self, places: NDArray[Any]) -> NDArray[Any]:
        """Return the values at places along the colours."""
        values: NDArray[Any] = np.sinh(np.asarray(places)) * self.width + self.sky
        return values

    def ticks(self, most: int = 5) -> list[float]:
        """Return so many values, about evenly spread along the colours, as round as can be."""
        ends = self.forward(np.array([self.low, self.high]))
        places = np.linspace(ends[0], ends[1], most + 2)
        even = self.inverse(places)
        found: list[float] = []
        for below, value, above in zip(even, even[1:], even[2:], strict=False):
            step = round_step(float(min(above - value, value - below)))
            tick = float(np.round(value / step) * step)
            near = found and self._apart(found[-1], tick) < 0.6 * (places[1] - places[0])
            if not near:
                found.append(tick)
        return found

    def _apart(self, first: float, second: float) -> float:
        places = self.forward(np.array([first, second]))
        return float(places[1] - places[0])


def round_step(most: float) -> float:
    """Return the largest of 1, 2, 5 and their tens and tenths that is not above a number."""
    power = 10.0 ** math.floor(math.log10(max(most, 1e-12)))
    return power * max(digit for digit in (1, 2, 5) if digit == 1 or digit * power <= most)


def stretch(values: NDArray[np.float32], *, least: float = 0.0) -> Stretch:
    """
    Return how an image is drawn so that both sky and stars are seen.

    Parameters
    ----------
    values : ndarray of float32
        An image, in DN; NaN and infinities do not count.
    least : float, optional
        A smaller range is that of an image with one value: of differences, rounding.
    """
    finite = values[np.isfinite(values)]
    if not finite.size:
        return Stretch(0.0, 1.0, 0.5, 1.0)
    low, quarter, sky, upper, high = (
        float(v) for v in np.percentile(finite, (_LOW, 25, 50, 75, _HIGH))
    )
    if not high - low > least:
        return Stretch(sky - 0.5, sky + 0.5, sky, 1.0)
    return Stretch(low, high, sky, max(1.5 * (upper - quarter), (high - low) / 1000))
