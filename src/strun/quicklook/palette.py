"""Colours of flags that everybody can tell apart, and how values become colours."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

# A flag has one colour in every picture, and none has that of another. The commonest have those
# of Okabe and Ito (2008), Color Universal Design, without yellow, which is lost on a light
# ground; then those of P. Tol (2021), Colour Schemes; the others what is left.
FLAGS = {
    "DO_NOT_USE": "#CC79A7",
    "SATURATED": "#CC3311",
    "JUMP_DET": "#AA4499",
    "DROPOUT": "#AD494A",
    "OUTLIER": "#843C39",
    "PERSISTENCE": "#6B6ECF",
    "AD_FLOOR": "#8CA252",
    "CHARGELOSS": "#BD9E39",
    "RESERVED": "#C7C7C7",
    "NON_SCIENCE": "#A8A8A8",
    "DEAD": "#000000",
    "HOT": "#D55E00",
    "WARM": "#E69F00",
    "LOW_QE": "#009E73",
    "RC": "#882255",
    "TELEGRAPH": "#999933",
    "NONLINEAR": "#8C6D31",
    "BAD_REF_PIXEL": "#1B3A5C",
    "NO_FLAT_FIELD": "#9C9EDE",
    "NO_GAIN_VALUE": "#CE6DBD",
    "NO_LIN_CORR": "#0072B2",
    "NO_SAT_CHECK": "#637939",
    "UNRELIABLE_BIAS": "#7B4173",
    "UNRELIABLE_DARK": "#3D3D3D",
    "UNRELIABLE_SLOPE": "#332288",
    "UNRELIABLE_FLAT": "#5254A3",
    "OPEN": "#117733",
    "ADJ_OPEN": "#44AA99",
    "FLUX_ESTIMATED": "#17BECF",
    "MSA_FAILED_OPEN": "#E7969C",
    "OTHER_BAD_PIXEL": "#6E6E6E",
    "REFERENCE_PIXEL": "#56B4E9",
}
BEFORE, AFTER = "#D55E00", "#0072B2"
GOOD = "#F7F7F7"
MISSING = "#CC79A7"
IMAGE = "cividis"
ORDER = "plasma"
# amplifiers, and other lines that stand beside each other; Okabe and Ito again
LINES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")

# percent of the values of an image that lie below its colours' ends
_LOW, _HIGH = 1.0, 99.98


def flag_colours(counts: Mapping[str, int]) -> dict[str, str]:
    """
    Return the colours of flags, in the order in which they are drawn.

    A pixel with several flags shows the one that says most: DO_NOT_USE is drawn first, then the
    commonest, and the rarest last.
    """
    ranked = sorted(counts, key=lambda name: (name != "DO_NOT_USE", -counts[name]))
    return {name: FLAGS[name] for name in ranked}


class Stretch(NamedTuple):
    """
    How an image is drawn: linear around the sky, logarithmic towards the stars (asinh).

    The colour bar goes from low to high, in DN; most pixels have the value of the sky, and up to
    the width from it the colours are linear.
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
        apart = 0.6 * (places[1] - places[0])
        found: list[float] = []
        for below, value, above in zip(even, even[1:], even[2:], strict=False):
            step = round_step(float(min(above - value, value - below)))
            tick = float(np.round(value / step) * step)
            if not found or np.diff(self.forward(np.array([found[-1], tick])))[0] >= apart:
                found.append(tick)
        return found


def round_step(most: float) -> float:
    """Return the largest of 1, 2, 5 and their tens and tenths that is not above a number."""
    power = 10.0 ** math.floor(math.log10(max(most, 1e-12)))
    return power * max(digit for digit in (1, 2, 5) if digit == 1 or digit * power <= most)


def stretch(values: NDArray[np.float32], *, least: float = 0.0) -> Stretch:
    """
    Return how an image is drawn so that both sky and stars are seen.

    NaN and infinities do not count. A smaller range than the least is that of an image with one
    value: of differences, rounding.
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
