"""Ramps of single pixels: which of them say most, and panels that show them with their flags."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from strun.datamodels.dqflags import group
from strun.errors import InputError
from strun.quicklook.palette import AFTER, BEFORE, FLAGS
from strun.quicklook.source import Lines, Source
from strun.quicklook.view import Box, Page, Panel, View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAME = "ramp"
# in DN: a jump of noise is no large part of a ramp
_FAINTEST_RISE = 100.0
_MARKS = {"SATURATED": "x", "JUMP_DET": "^", "CHARGELOSS": "v", "PERSISTENCE": "s"}


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


def ramp_panel(
    choose: Callable[[Source], tuple[int, int]] = brightest_pixel, *, flag: str | None = None
) -> Panel:
    """
    Return the panel of a ramp, before and after when the input is known.

    Unless another pixel is asked for, it is the one that is chosen, or one with a flag of groups.
    """
    if flag is not None:
        choose = partial(flagged_pixel, name=flag)

    def draw(page: Page, box: Box, view: View) -> None:
        draw_ramp(page.axes(box), *read_ramps(view, choose))

    return Panel(NAME, draw)


def read_ramps(
    view: View, choose: Callable[[Source], tuple[int, int]] = brightest_pixel
) -> tuple[Ramp, Ramp | None]:
    """Return the ramp of the pixel that is asked for, or chosen, after and before the step."""
    ramp = read_ramp(view.product, view.pixel or choose(view.product))
    return ramp, None if view.before is None else read_ramp(view.before, (ramp.x, ramp.y))


def draw_ramp(axes: Axes, after: Ramp, before: Ramp | None) -> None:
    """Draw the samples of a pixel by group, and those before the step when they are others."""
    groups = np.arange(1, len(after.samples) + 1)
    changed = before is not None and not np.array_equal(
        before.samples, after.samples, equal_nan=True
    )
    if before is not None and changed:
        axes.plot(groups, before.samples, "o--", color=BEFORE, mfc="none", label="before")
    label = "after" if changed else "samples"
    axes.plot(groups, after.samples, "o-", color=AFTER, ms=4, label=label)
    mark_flags(axes, after)
    label_ramp(axes, after)


def label_ramp(axes: Axes, ramp: Ramp) -> None:
    """Write of which pixel a ramp is, label its axes, and draw the legend."""
    axes.set_title(f"Ramp of the pixel in column {ramp.x}, row {ramp.y}", fontsize="medium")
    axes.set_ylabel("DN")
    axes.yaxis.set_major_formatter("{x:,.10g}")
    group_axis(axes, len(ramp.samples))
    # a ramp rises
    axes.legend(loc="lower right", frameon=False)


def group_axis(axes: Axes, ngroups: int) -> None:
    """Label the axis of the groups, from 1."""
    axes.set(xlabel="group", xlim=(0.5, ngroups + 0.5))
    axes.locator_params(axis="x", integer=True)
    axes.grid(alpha=0.3)


def legend_above(axes: Axes, lines: int) -> None:
    """Draw a legend of so many lines in two columns, and make room for it above what is drawn."""
    low, high = axes.get_ylim()
    axes.set_ylim(top=high + 0.06 * (lines + 1) * (high - low))
    axes.legend(loc="upper left", frameon=False, fontsize="small", ncols=2)


def mark_flags(axes: Axes, ramp: Ramp) -> None:
    """Mark the groups that are flagged, and those that are not to be used."""
    groups = np.arange(1, len(ramp.samples) + 1)
    marks = {name: (mark, FLAGS[name], "none", 9.0) for name, mark in _MARKS.items()}
    marks["DO_NOT_USE"] = ("o", "0.4", "white", 5.0)
    for name, (mark, edge, face, size) in marks.items():
        where = ramp.has(name)
        if where.any():
            (points,) = axes.plot(groups[where], ramp.samples[where], mark, label=name)
            points.set(markeredgecolor=edge, markerfacecolor=face, ms=size, mew=1.5)
