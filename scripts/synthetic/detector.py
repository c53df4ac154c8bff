"""What a read-out does to light: bias, drifts, cosmic rays, saturation, averaged frames."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthetic.modes import Mode
from synthetic.scenes import BEND, Floats, border_of, count_rate, reference_pixels

WELL = 58000.0
"""Level in DN at which a pixel stops, bias included."""

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Readout:
    """How a ramp is read.

    Attributes
    ----------
    integrations, groups, frames, gap : int
        As in NINTS, NGROUPS, NFRAMES, GROUPGAP.
    bright : float
        Fraction of the pixels that reach the full well, at any time from the first group on.
    hits : float
        Cosmic rays by sample.
    low : float
        Fraction of pixels whose bias is around zero.
    snowballs : int
        Large events in an integration, with a core that is full at once.
    """

    integrations: int
    groups: int
    frames: int
    gap: int
    bright: float
    hits: float
    low: float
    snowballs: int = 0


@dataclass(frozen=True)
class Exposure:
    """Arrays of an exposure: (integrations, groups, rows, cols), zero frames without groups."""

    science: Floats
    zero: Floats
    full: Bools
    hit: Bools


def bias_image(shape: tuple[int, int], corner: tuple[int, int]) -> Floats:
    """Return the bias of every pixel in DN, the same for all who ask for a place."""
    x = np.arange(shape[1]) + corner[0]
    y = np.arange(shape[0])[:, np.newaxis] + corner[1]
    fine = (x * 7919 + y * 104729) % 97 - 48.0
    bias = 900.0 + 30.0 * np.sin(0.7 * x) + 20.0 * np.sin(1.3 * y) + fine
    return np.asarray(bias, np.float32)


def outputs(mode: Mode, shape: tuple[int, int]) -> int:
    """Return NOUTPUTS: four where the fast axis is a whole one, and in MIRI."""
    fast = shape[1] if abs(mode.axes[0]) == 1 else shape[0]
    return 4 if mode.instrument == "MIRI" or fast == 2048 else 1


def expose(
    rng: np.random.Generator,
    mode: Mode,
    shape: tuple[int, int],
    corner: tuple[int, int],
    readout: Readout,
) -> Exposure:
    """Return what a detector gives, in DN, not yet rounded or cut at 0 and 65,535."""
    border = border_of(mode.instrument)
    dark = reference_pixels(shape, border, corner, mode.detector_shape)
    size = (readout.integrations, readout.groups, *shape)
    science, hit = np.empty(size, np.float32), np.zeros(size, np.bool_)
    full = np.empty(size, np.bool_)
    zero = np.empty((size[0], *shape), np.float32)
    rate = _rate(rng, shape, readout)
    rate[dark] = 0.0
    bias = bias_image(shape, corner)
    low = rng.random(shape) < readout.low
    bias[low] = rng.normal(0.0, 8.0, low.sum()).astype(np.float32)
    rate[low & (rng.random(shape) < 0.5)] = 0.0
    noise = 6.0 / np.sqrt(readout.frames)
    for integration in range(size[0]):
        total = np.zeros(shape, np.float32)
        moments = rng.integers(0, size[1], readout.snowballs)
        for group in range(size[1]):
            where, strengths = _hits(rng, dark, readout)
            for _ in range(int((moments == group).sum())):
                _add_snowball(rng, total, hit[integration, group])
            total[dark] = 0.0
            hit[integration, group][where] = True
            frames = _frames(rng, total, rate, bias, where, strengths, readout)
            sample = science[integration, group]
            sample[:], first = frames
            # a pixel counts as full when its last frame is
            full[integration, group] = _bent(total) + bias >= 0.94 * WELL
            if group == 0:
                zero[integration] = first + 6.0 * rng.standard_normal(shape, np.float32)
            drift = _drift(rng, mode, shape, corner)
            drift += noise * rng.standard_normal(shape, np.float32)
            sample += drift
    np.maximum.accumulate(full, axis=1, out=full)
    return Exposure(science, zero, full, hit)


def _rate(rng: np.random.Generator, shape: tuple[int, int], readout: Readout) -> Floats:
    """Return DN per group: stars, and pixels that are full after any number of groups."""
    rate = count_rate(rng, shape)
    bright = rng.random(shape) < readout.bright
    moments = rng.uniform(0.05, readout.groups + 0.7, bright.sum())
    rate[bright] = (1.15 * WELL / moments).astype(np.float32)
    return rate


def _hits(
    rng: np.random.Generator, dark: Bools, readout: Readout
) -> tuple[tuple[NDArray[np.intp], ...], Floats]:
    struck = (rng.random(dark.shape, np.float32) < readout.hits) & ~dark
    strengths = 60.0 * rng.pareto(1.2, int(struck.sum())) + 30.0
    return np.nonzero(struck), strengths.clip(0, 40000).astype(np.float32)


def _add_snowball(rng: np.random.Generator, total: Floats, hit: Bools) -> None:
    """Add the charge of a large event, round or elongated, in place."""
    rows, cols = total.shape
    y, x = np.ogrid[0:rows, 0:cols]
    y, x = y - rng.uniform(0, rows), x - rng.uniform(0, cols)
    angle = rng.uniform(0, np.pi)
    along, across = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    distance = along**2 + rng.choice([1.0, 1.3, 3.0]) * across**2
    charge = 4e5 * np.exp(-distance / (3.0 * 10 ** rng.uniform(0, 1.5)))
    total += charge.astype(np.float32)
    hit |= charge > 100.0


def _frames(
    rng: np.random.Generator,
    total: Floats,
    rate: Floats,
    bias: Floats,
    where: tuple[NDArray[np.intp], ...],
    strengths: Floats,
    readout: Readout,
) -> tuple[Floats, Floats]:
    """Return the mean of a group's frames and its first frame; `total` is carried on in place."""
    gained = rng.poisson(rate).astype(np.float32)
    arrival = rng.integers(0, readout.frames, strengths.size)
    period = readout.frames + readout.gap
    mean = np.zeros_like(total)
    first = mean
    for frame in range(readout.frames):
        charge = total + gained * np.float32((frame + 1) / period)
        charge[where] += strengths * (frame >= arrival)
        level = np.minimum(_bent(charge) + bias, np.float32(WELL))
        if frame == 0:
            first = level
        mean += level
    total += gained
    total[where] += strengths
    return mean / np.float32(readout.frames), first


def _bent(charge: Floats) -> Floats:
    # past the full well the parabola would come down again
    charge = np.minimum(charge, np.float32(1.2 * WELL))
    return charge - np.float32(BEND) * charge * charge


def _drift(
    rng: np.random.Generator, mode: Mode, shape: tuple[int, int], corner: tuple[int, int]
) -> Floats:
    """Return what a group adds in amplifiers, odd and even columns or rows, and along rows."""
    x, y = np.arange(shape[1]) + corner[0] - 1, np.arange(shape[0]) + corner[1] - 1
    steps = rng.normal(0.0, 8.0, (4, 2)).astype(np.float32)
    if mode.instrument == "MIRI":
        return steps[x % 4, (y % 2)[:, np.newaxis]]
    fast, slow = (x, y) if abs(mode.axes[0]) == 1 else (y, x)
    amplifier = fast // 512 if outputs(mode, shape) == 4 else np.zeros_like(fast)
    lines = np.cumsum(rng.normal(0.0, 0.4, slow.size)) + rng.normal(0.0, 1.5, slow.size)
    drift = steps[amplifier, fast % 2] + lines.astype(np.float32)[:, np.newaxis]
    return np.ascontiguousarray(drift if abs(mode.axes[0]) == 1 else drift.T)
