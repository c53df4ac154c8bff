"""How an image is drawn so that both sky and stars are seen."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Stretch", "stretch"]

_LOW, _HIGH = 1.0, 99.98
_TICKS = 5


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

    def ticks(self) -> list[float]:
        """Return values evenly spread along the colours, rounded to three digits."""
        ends = self.forward(np.array([self.low, self.high]))
        inside = self.inverse(np.linspace(ends[0], ends[1], _TICKS + 2)[1:-1])
        digits = 2 - int(np.floor(np.log10(max(self.high - self.low, 1e-6))))
        return sorted({round(float(value), digits) for value in inside})


def stretch(values: NDArray[np.float32]) -> Stretch:
    """
    Return how an image is drawn so that both sky and stars are seen.

    Parameters
    ----------
    values : ndarray of float32
        An image, in DN; NaN and infinities do not count.
    """
    finite = values[np.isfinite(values)]
    if not finite.size:
        return Stretch(0.0, 1.0, 0.5, 1.0)
    low, quarter, sky, upper, high = (
        float(v) for v in np.percentile(finite, (_LOW, 25, 50, 75, _HIGH))
    )
    if not high > low:
        return Stretch(low - 0.5, low + 0.5, low, 1.0)
    return Stretch(low, high, sky, max(1.5 * (upper - quarter), (high - low) / 1000))
