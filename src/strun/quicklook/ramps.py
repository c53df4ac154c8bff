"""The ramp of one pixel, and how much the samples changed."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from strun.datamodels.dqflags import group
from strun.effects import change
from strun.errors import InputError
from strun.quicklook.source import Source

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
    flags : ndarray of uint8
        (groups,), as in GROUPDQ; zeros when there is none.
    """

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

    Raises
    ------
    InputError
        When the exposure has no such pixel.
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


def sampled_lines(shape: tuple[int, ...]) -> range:
    """Return the numbers of some rows, counted through all groups and spread over them."""
    count = math.prod(shape[:-1])
    step = max(1, count // _LINES)
    # with a common divisor, only some rows of the image would ever be looked at
    while math.gcd(step, shape[-2]) > 1:
        step += 1
    return range(0, count, step)


def relative_changes(before: Source, after: Source) -> NDArray[np.float32]:
    """
    Return how much samples of an exposure changed, of a sample of them.

    Returns
    -------
    ndarray of float32
        after / before - 1 of every sample from 100 DN on that changed.
    """
    old, new = before.science, after.science
    columns = slice(None, None, -(-new.shape[-1] // _COLUMNS))
    found = []
    for number in sampled_lines(new.shape):
        line = [each.read(number, 1)[0, columns] for each in (old, new)]
        found.append(change.relative_changes(*(values.astype(np.float32) for values in line)))
    return np.concatenate(found)
