"""Fits of the ramps of one pixel, one operation at a time."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from jwst.ramp_fitting.samples import Timing
from strun.datamodels.dqflags import group

DO_NOT_USE, SATURATED, JUMP = group["DO_NOT_USE"], group["SATURATED"], group["JUMP_DET"]
PERSISTENCE = group["PERSISTENCE"]
POWERS = ((5, 0.0), (10, 0.4), (20, 1.0), (50, 3.0), (100, 6.0), (math.inf, 10.0))
Result = tuple[float, int, float, float, float]


class Pixel(NamedTuple):
    """What is known of a pixel."""

    dq: int
    gain: float
    noise: float
    dark: float


def segments(flags: Sequence[int]) -> list[tuple[int, int]]:
    """Return first group and length of each segment."""
    used = [flag & ~PERSISTENCE for flag in flags]
    runs, begin = [], None
    for number, flag in enumerate([*used, DO_NOT_USE]):
        if flag == 0 and begin is None:
            begin = number - 1 if number and used[number - 1] == JUMP else number
        elif flag and begin is not None:
            runs.append((begin, number - begin))
            begin = None
    return [run for run in runs if run[1] > 1] or runs[:1]


def median_rate(values: Sequence[float], flags: Sequence[int], time: float) -> float:
    """Return the median rate of an integration."""
    rates = [
        math.nan if f & (DO_NOT_USE | SATURATED) else v / time
        for v, f in zip(values, flags, strict=True)
    ]
    steps = [rates[k] - rates[k - 1] for k in range(1, len(rates)) if not flags[k] & JUMP]
    steps = [step for step in steps if not math.isnan(step)] or [rates[0]]
    median = statistics.median(steps)
    return 0.0 if math.isnan(median) else median


def line(values: Sequence[float], first: int, pixel: Pixel, time: float) -> float:
    """Return the slope of a segment of three samples or more."""
    rise = values[-1] - values[0]
    variance = pixel.noise * pixel.noise + rise * pixel.gain
    ratio = rise * pixel.gain / math.sqrt(variance) if variance > 0 else 0.0
    power = next(power for limit, power in POWERS if ratio < limit)
    middle, inverse = (len(values) - 1) / 2, 1.0 / (pixel.noise * pixel.noise)
    w = wx = wxx = wy = wxy = 0.0
    for j, y in enumerate(values):
        place = np.float32(abs((j - middle) * (1 / middle)))
        weight = float(place ** np.float32(power)) * inverse
        x, y = float(j + first), 0.0 if math.isnan(y) else y
        w += weight
        wx += x * weight
        wxx += x * (x * weight)
        wy += y * weight
        wxy += y * (x * weight)
    return (w * wxy - wx * wy) * (1.0 / (w * wxx - wx * wx)) / time


def fit(
    ramps: np.ndarray, groupdq: np.ndarray, pixel: Pixel, timing: Timing
) -> tuple[Result, list[Result]]:
    """Return slope, flags, variances and error of a pixel, and of its integrations."""
    time = timing.group_time
    both = list(zip(ramps.tolist(), groupdq.tolist(), strict=True))
    rates = [median_rate(values, flags, time) for values, flags in both]
    rate = sum(rates) / len(rates)
    photons = rate + pixel.dark if rate > 0 else pixel.dark
    sums, found = [0.0, 0.0, 0.0], []
    common, told, partly = DO_NOT_USE | SATURATED, pixel.dq, 0
    for values, flags in both:
        all_flags = int(np.bitwise_or.reduce(flags))
        dq = pixel.dq | all_flags & (JUMP | PERSISTENCE)
        told |= dq
        by_noise = by_photons = by_both = slopes = 0.0
        saturated = bool(flags[0] & SATURATED)
        if saturated:
            dq |= DO_NOT_USE | SATURATED
        if all(flag & (DO_NOT_USE | SATURATED) for flag in flags):
            dq |= DO_NOT_USE | (SATURATED if all(f & SATURATED for f in flags) else 0)
        runs = [] if saturated else segments(flags)
        for start, length in runs:
            part, n = values[start : start + length], max(length, 2)
            noise = pixel.noise / time
            by_length = (float(n) * n * n - n) * pixel.gain * pixel.gain
            noise = 12.0 * noise * noise / by_length
            light = photons / (time * pixel.gain * max(length - 1.0, 1.0))
            step = part[0] / time if length == 1 else (part[-1] - part[0]) / time
            slope = step if length < 3 else line(part, start, pixel, time)
            by_noise += 1.0 / noise
            by_photons += 1.0 / light if light > 0 else 0.0
            by_both += 1.0 / (light + noise)
            slopes += slope / noise
        result = (0.0, 0.0, 0.0, 0.0)
        if runs and not dq & (DO_NOT_USE | SATURATED):
            noise = _large(1.0 / by_noise)
            light = _large(1.0 / by_photons if by_photons > 0 else 0.0)
            err = 0.0 if 1.0 / by_both > 1e6 else math.sqrt(1.0 / by_both)
            result = (slopes * noise, light, noise, err)
        slope = math.nan if dq & (DO_NOT_USE | SATURATED) else result[0]
        common &= dq
        partly |= all_flags & SATURATED
        found.append((slope, dq | all_flags & SATURATED, *result[1:]))
        sums = [
            total + term for total, term in zip(sums, (by_noise, by_photons, slopes), strict=True)
        ]
    dq = told | common
    noise = _large(1.0 / sums[0] if sums[0] > 0 else 0.0)
    light = _large(1.0 / sums[1] if sums[1] > 0 else 0.0)
    if dq & (DO_NOT_USE | SATURATED):
        return (math.nan, dq | partly, 0.0, 0.0, 0.0), found
    return (sums[2] * noise, dq | partly, light, noise, math.sqrt(light + noise)), found


def _large(variance: float) -> float:
    return 0.0 if variance >= 1e6 else variance
