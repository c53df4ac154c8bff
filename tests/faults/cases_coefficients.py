"""Linearity references whose coefficients or flags are not as they should be."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from fault_driver import Case
from fault_numbers import samples_are_right
from fault_scenes import LIN, LIN_PRODUCT, LINEARITY, cut, gone, pixels, without

SAMPLES = samples_are_right()


def _lin_fault(name: str, says: str, scene: Callable[[], None]) -> Case:
    return Case(name, LIN, says, scene, makes=LIN_PRODUCT)


def _lin_good(name: str, scene: Callable[[], None], warns: str = "") -> Case:
    return Case(name, LIN, "", scene, 0, LIN_PRODUCT, SAMPLES, warns)


def _nan(planes: slice) -> Callable[[np.ndarray], None]:
    def change(coeffs: np.ndarray) -> None:
        coeffs[planes] = np.nan

    return change


CASES = [
    _lin_fault("no COEFFS", "linearity.fits.*COEFFS", without(LINEARITY, "COEFFS")),
    _lin_fault(
        "COEFFS is an image", "linearity.fits.*COEFFS", pixels(LINEARITY, "COEFFS", lambda a: a[0])
    ),
    _lin_fault(
        "COEFFS of one plane",
        "COEFFS has 1 plane, expected 2 or more",
        pixels(LINEARITY, "COEFFS", lambda a: a[:1]),
    ),
    _lin_fault(
        "COEFFS of no plane", "linearity.fits", pixels(LINEARITY, "COEFFS", lambda a: a[:0])
    ),
    _lin_fault(
        "COEFFS of one row",
        r"DQ is \(64, 80\) and COEFFS \(1, 80\)",
        pixels(LINEARITY, "COEFFS", lambda a: a[:, :1]),
    ),
    _lin_fault(
        "COEFFS turned",
        "linearity.fits",
        pixels(LINEARITY, "COEFFS", lambda a: a.transpose(0, 2, 1)),
    ),
    _lin_good("COEFFS of doubles", pixels(LINEARITY, "COEFFS", lambda a: a.astype("f8"))),
    _lin_good("COEFFS are all NaN", pixels(LINEARITY, "COEFFS", _nan(slice(None)))),
    _lin_good("COEFFS with one plane of NaN", pixels(LINEARITY, "COEFFS", _nan(slice(2, 3)))),
    _lin_good(
        "COEFFS with infinity",
        pixels(LINEARITY, "COEFFS", lambda a: np.where(np.isnan(a), np.inf, a)),
    ),
    _lin_good("linearity has no DQ", without(LINEARITY, "DQ"), "no DQ"),
    _lin_fault(
        "linearity DQ of other size",
        "linearity.fits.*DQ",
        pixels(LINEARITY, "DQ", lambda a: a[:-1]),
    ),
    _lin_fault(
        "linearity DQ of one row", "linearity.fits.*DQ", pixels(LINEARITY, "DQ", lambda a: a[:1])
    ),
    _lin_fault("linearity missing", "no such linearity reference", gone(LINEARITY)),
    _lin_fault("linearity is cut in COEFFS", r"HDU 1 \(COEFFS\) is cut", cut(LINEARITY, 40_000)),
]
