"""Ramps of single pixels, and which of them say most."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from strun.datamodels.dqflags import group
from strun.errors import InputError
from strun.quicklook.source import Lines, Source

# in DN: a jump of noise is no large part of a ramp
_FAINTEST_RISE = 100.0


class Ramp(NamedTuple):
    """The samples of column x, row y (from 0) in one integration, in DN, and GROUPDQ or zeros."""

    x: int
    y: int
    samples: NDArray[np.float64]
    flags: NDArray[np.uint8]

    def has(self, name: str) -> NDArray[np.bool_]:
        """Return which groups have a flag."""
        found: NDArray[np.bool_] = (self.flags & np.uint8(group[name])) != 0
        return found


def read_ramp(source: Source, pixel: tuple[int, int]) -> Ramp:
    """
    Return the ramp of a pixel (column, row; from 0) in the first integration.

    Raises InputError when the exposure has no such pixel.
    """
    science, groupdq = source.science, source.group_flags
    ny, nx = science.shape[-2:]
    x, y = pixel
    if not (0 <= x < nx and 0 <= y < ny):
        raise InputError(
            f"{source.name}: there is no pixel {x},{y}; columns go from 0 to {nx - 1}, rows from "
            f"0 to {ny - 1}"
        )
    numbers = [number * ny + y for number in range(source.frames[1])]
    samples = np.array([float(science.read(n, 1)[0, x]) for n in numbers])
    flags = np.zeros(samples.shape, np.uint8)
    if groupdq is not None:
        flags[:] = [groupdq.read(n, 1)[0, x] for n in numbers]
    return Ramp(x, y, samples, flags)


def _line(lines: Lines | None, number: int, count: int = 1) -> NDArray[Any] | None:
    return None if lines is None else lines.read(number, count)


def brightest_pixel(source: Source) -> tuple[int, int]:
    """
    Return column and row of the brightest pixel at the end of the first integration.

    It has no flag and is not saturated; when there is none, it is the brightest of all.
    """
    science, flags, groupdq = source.science, source.flags, source.group_flags
    ny, nx = science.shape[-2:]
    last = (source.frames[1] - 1) * ny
    best: tuple[bool, float, int, int] = (False, -math.inf, nx // 2, ny // 2)
    for top, count in science.bands():
        with np.errstate(invalid="ignore"):
            values = science.read(last + top, count).astype(np.float64)
        values[~np.isfinite(values)] = -math.inf
        good = np.ones(values.shape, bool)
        for found in (_line(flags, top, count), _line(groupdq, last + top, count)):
            if found is not None:
                good &= found == 0
        for usable in (good, ~good):
            ranked = np.where(usable, values, -math.inf)
            row, column = np.unravel_index(int(ranked.argmax()), ranked.shape)
            top_value = float(ranked[row, column])
            if top_value > -math.inf:
                best = max(best, (usable is good, top_value, int(column), int(row) + top))
    return best[2], best[3]


def central_pixel(source: Source) -> tuple[int, int]:
    """Return column and row of the pixel without a flag that is next to the middle, in its row."""
    ny, nx = source.science.shape[-2:]
    flags = _line(source.flags, ny // 2)
    good = np.arange(nx) if flags is None else np.flatnonzero(flags[0] == 0)
    nearest = good[np.abs(good - nx // 2).argmin()] if good.size else nx // 2
    return int(nearest), ny // 2


def flagged_pixel(source: Source, name: str) -> tuple[int, int]:
    """
    Return column and row of a good pixel that has a flag of groups from about mid-ramp on.

    Of several in the same group it is the brightest; of jumps the one that rose most there, of its
    whole ramp, and never saturates. Without any it is the brightest pixel.
    """
    groupdq, ngroups = source.group_flags, source.frames[1]
    best: tuple[float, float, int, int] | None = None
    if groupdq is not None and ngroups > 1:
        for top, count in groupdq.bands(planes=ngroups):
            found = _best_of_band(source, groupdq, group[name], top, count)
            if found is not None and (best is None or found > best):
                best = found
    return brightest_pixel(source) if best is None else (best[2], best[3])


def _best_of_band(
    source: Source, groupdq: Lines, flag: int, top: int, count: int
) -> tuple[float, float, int, int] | None:
    """Return distance from the middle (negative), rank, column and row of the best pixel."""
    ny, ngroups = groupdq.shape[-2], source.frames[1]
    flags = np.stack([groupdq.read(g * ny + top, count) for g in range(ngroups)])
    has = (flags & np.uint8(flag)) != 0
    usable = has.any(axis=0) & ~has[0]
    jumps = flag == group["JUMP_DET"]
    if jumps:
        usable &= ((flags & np.uint8(group["SATURATED"])) == 0).all(axis=0)
    quality = _line(source.flags, top, count)
    if quality is not None:
        usable &= quality == 0
    if not usable.any():
        return None
    first = has.argmax(axis=0)
    distance = np.where(usable, np.abs(first - ngroups // 2), ngroups)
    nearest = int(distance.min())
    row, column = (part[0] for part in np.nonzero(distance == nearest))
    number = int(first[row, column])
    chosen = (distance == nearest) & (first == number)
    before, at, begin, end = (
        source.science.read(g * ny + top, count).astype(np.float64)
        for g in (number - 1, number, 0, ngroups - 1)
    )
    with np.errstate(all="ignore"):
        rise = (at - before) / (np.abs(end - begin) + _FAINTEST_RISE)
    if not jumps:
        rise = end
    rise = np.where(chosen & np.isfinite(rise), rise, -math.inf)
    row, column = np.unravel_index(int(rise.argmax()), rise.shape)
    return -float(nearest), float(rise[row, column]), int(column), int(row) + top
