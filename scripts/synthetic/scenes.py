"""What a detector sees and does: sky, stars, ramps, saturation, bad pixels. Arrays only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synthetic.flags import GROUP, PIXEL

Floats = NDArray[np.float32]
Flags = NDArray[np.uint32]

# A JWST near-infrared detector saturates near 60,000 DN; a MIRI ramp bends a few per cent
# before it does. The quadratic term below gives 4 % at 50,000 DN.
FULL_WELL = 60000.0
BEND = 8.0e-7
BIAS = 900.0
SKY = 120.0
STARS = 40


def count_rate(rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
    """Return DN per group of every pixel: a sloping sky with stars of a power-law brightness.

    Each star is a Gaussian core on a wide halo, stamped within 12 pixels of its centre.
    """
    rows, cols = shape
    y, x = np.ogrid[0:rows, 0:cols]
    rate = (SKY * (1.0 + 0.1 * x / cols - 0.05 * y / rows)).astype(np.float32)
    centres = rng.uniform(0, 1, (STARS, 2)) * shape
    peaks = 300.0 * rng.pareto(1.1, STARS).clip(0, 300)
    for (cy, cx), peak in zip(centres, peaks, strict=True):
        top, left = max(int(cy) - 12, 0), max(int(cx) - 12, 0)
        part = np.s_[top : int(cy) + 13, left : int(cx) + 13]
        r2 = (y[part[0]] - cy) ** 2 + (x[:, part[1]] - cx) ** 2
        rate[part] += (peak * (np.exp(-r2 / 3.4) + 0.02 * np.exp(-r2 / 40.0))).astype(np.float32)
    return rate


def ramps(rng: np.random.Generator, rate: Floats, integrations: int, groups: int) -> Floats:
    """Return (integrations, groups, rows, cols) DN: Poisson counts adding up on a bias.

    The detector bends (`BEND`) and stops at its full well; 6 DN of read noise come on top.
    """
    ramp = np.empty((integrations, groups, *rate.shape), np.float32)
    for integration in ramp:
        total = np.zeros(rate.shape, np.float32)
        for group in integration:
            total += rng.poisson(rate)
            group[:] = total - np.float32(BEND) * total * total
            np.copyto(group, np.float32(FULL_WELL), where=total > FULL_WELL)
            group += rng.standard_normal(rate.shape, np.float32) * 6.0 + np.float32(BIAS)
            np.minimum(group, FULL_WELL + BIAS, out=group)
    return ramp


def border_of(instrument: str) -> int:
    """Return the rows of reference pixels above and below (MIRI has them left and right only)."""
    return 0 if instrument == "MIRI" else 4


def defects(
    rng: np.random.Generator,
    shape: tuple[int, int],
    border: int,
    *,
    corner: tuple[int, int] = (1, 1),
    detector: tuple[int, int] | None = None,
) -> Flags:
    """Return uint32 (rows, cols) flags of a detector, in the standard bits.

    Isolated dead and low pixels, hot clusters with warm neighbours, one bad column, telegraph
    and RC pixels, and the detector's reference pixels: all four sides, or the left and right
    columns where `border` is 0. Of a subarray, with first column and row `corner` (from 1), only
    the sides that lie on the border of the `detector` (rows, columns) have them.
    """
    rows, cols = shape
    isolated = {
        "DEAD": 4e-3,
        "LOW_QE": 3e-3,
        "TELEGRAPH": 1e-3,
        "RC": 1e-3,
        "OTHER_BAD_PIXEL": 2e-3,
    }
    bad = scattered(rng, shape, isolated)
    for _ in range(max(1, rows * cols // 20000)):
        cy, cx = int(rng.integers(rows)), int(rng.integers(cols))
        bad[max(cy - 2, 0) : cy + 3, max(cx - 2, 0) : cx + 3] |= PIXEL["WARM"]
        bad[max(cy - 1, 0) : cy + 2, max(cx - 1, 0) : cx + 2] |= PIXEL["HOT"] | PIXEL["DO_NOT_USE"]
    bad[:, int(rng.integers(cols))] |= PIXEL["UNRELIABLE_SLOPE"]
    bad[(bad & PIXEL["DEAD"]) != 0] |= PIXEL["DO_NOT_USE"]
    bad[reference_pixels(shape, border, corner, detector or shape)] |= PIXEL["REFERENCE_PIXEL"]
    return bad


def reference_pixels(
    shape: tuple[int, int], border: int, corner: tuple[int, int], detector: tuple[int, int]
) -> NDArray[np.bool_]:
    """Return where the reference pixels lie (see `defects`)."""
    x, y = np.arange(shape[1]) + corner[0] - 1, np.arange(shape[0]) + corner[1] - 1
    sides = (x < 4) | (x >= detector[1] - 4)
    ends = (y < border) | (y >= detector[0] - border)
    return ends[:, np.newaxis] | sides


def scattered(
    rng: np.random.Generator, shape: tuple[int, int], fractions: dict[str, float]
) -> Flags:
    """Return flags that fractions of the pixels have, by name."""
    bad = np.zeros(shape, np.uint32)
    for name, fraction in fractions.items():
        bad[rng.random(shape) < fraction] |= np.uint32(PIXEL[name])
    return bad


def group_flags(rng: np.random.Generator, ramp: Floats) -> NDArray[np.uint8]:
    """Return uint8 flags of every group: saturated from the full well on, cosmic-ray jumps."""
    flags = np.zeros(ramp.shape, np.uint8)
    full = ramp >= FULL_WELL + BIAS - 60.0
    np.maximum.accumulate(full, axis=1, out=full)
    flags[full] = GROUP["SATURATED"]
    for integration in flags:
        hits = max(1, integration.size // 3000)
        where = tuple(rng.integers(0, size, hits) for size in integration.shape)
        np.bitwise_or.at(integration, where, np.uint8(GROUP["JUMP_DET"]))
    return flags


def odd_values(rng: np.random.Generator, array: Floats) -> None:
    """Put values at the edge of float32 into `array`, in place.

    NaN of both signs, with payloads, quiet and signalling; infinities, minus zero, denormals,
    the largest number.
    """
    special = (
        "7FC00000 FFC00000 7FC12345 FFD54321 7F812345 7F800000 FF800000 "
        "80000000 00000001 807FFFFF 7F7FFFFF 42280000 C2280000"
    )
    bits = np.array([int(word, 16) for word in special.split()], np.uint32)
    flat = array.reshape(-1)
    where = rng.choice(flat.size, min(flat.size // 4, 40 * bits.size), replace=False)
    flat.view(np.uint32)[where] = np.resize(bits, where.size)
