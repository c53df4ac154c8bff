"""The ramp of one pixel, which pixel to show, and how much the samples changed."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from strun.datamodels.dqflags import group
from strun.effects import change
from strun.errors import InputError
from strun.quicklook.source import Lines, Source

__all__ = ["Ramp", "choose_pixel", "read_ramp", "relative_changes"]

_SATURATED = group["SATURATED"]
_BAND = 1 << 18
# enough for a histogram of the changes
_LINES = 32
_COLUMNS = 1024


class Ramp(NamedTuple):
    """
    The samples of a pixel in one integration.

    Attributes
    ----------
    x, y : int
        Column and row, counted from 0.
    samples : ndarray of float64
        (groups,), in DN.
    saturated : ndarray of bool
        (groups,).
    """

    x: int
    y: int
    samples: NDArray[np.float64]
    saturated: NDArray[np.bool_]


def _line(lines: Lines | None, number: int, count: int = 1) -> NDArray[Any] | None:
    return None if lines is None else lines.read(number, count)


def choose_pixel(source: Source) -> tuple[int, int]:
    """
    Return column and row of the pixel whose ramp says most.

    It is the brightest one at the end of the first integration that has no flag and is not
    saturated, or the brightest of all when there is none.
    """
    science, flags, groupdq = source.science, source.flags, source.lines("GROUPDQ")
    ny, nx = science.shape[-2:]
    last = (source.frames[1] - 1) * ny
    best: tuple[bool, float, int, int] = (False, -math.inf, nx // 2, ny // 2)
    for top in range(0, ny, max(1, _BAND // nx)):
        count = min(max(1, _BAND // nx), ny - top)
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


def read_ramp(source: Source, pixel: tuple[int, int]) -> Ramp:
    """
    Return the ramp of a pixel in the first integration.

    Parameters
    ----------
    source : Source
        The exposure.
    pixel : tuple of int
        Column and row, counted from 0.

    Raises
    ------
    InputError
        When the exposure has no such pixel.
    """
    science, groupdq = source.science, source.lines("GROUPDQ")
    ny, nx = science.shape[-2:]
    x, y = pixel
    if not (0 <= x < nx and 0 <= y < ny):
        raise InputError(
            f"{source.name}: there is no pixel {x},{y}; columns go from 0 to {nx - 1}, rows from "
            f"0 to {ny - 1}"
        )
    numbers = [number * ny + y for number in range(source.frames[1])]
    samples = np.array([float(science.read(n, 1)[0, x]) for n in numbers])
    saturated = np.zeros(samples.shape, bool)
    if groupdq is not None and groupdq.shape == science.shape:
        saturated[:] = [bool(groupdq.read(n, 1)[0, x] & _SATURATED) for n in numbers]
    return Ramp(x, y, samples, saturated)


def _sampled_lines(shape: tuple[int, ...]) -> range:
    """Return the numbers of some rows, counted through all groups and spread over them."""
    count = math.prod(shape[:-1])
    step = max(1, count // _LINES)
    # with a common divisor, only some rows of the image would ever be looked at
    while math.gcd(step, shape[-2]) > 1:
        step += 1
    return range(0, count, step)


def relative_changes(before: Source, after: Source) -> NDArray[np.float32]:
    """
    Return how much samples changed, of a sample of them.

    Parameters
    ----------
    before, after : Source
        The same exposure.

    Returns
    -------
    ndarray of float32
        after / before - 1 of every sample from 100 DN on that changed.

    Raises
    ------
    InputError
        When the exposures have different shapes.
    """
    old, new = before.science, after.science
    if old.shape != new.shape:
        raise InputError(
            f"{before.name} has shape {old.shape} and {after.name} {new.shape}: they are not the "
            "same exposure; give the input of the step"
        )
    columns = slice(None, None, -(-new.shape[-1] // _COLUMNS))
    found = []
    for number in _sampled_lines(new.shape):
        line = [each.read(number, 1)[0, columns] for each in (old, new)]
        found.append(change.relative_changes(*(values.astype(np.float32) for values in line)))
    return np.concatenate(found)
