"""Panels of a ramp: its samples, before and after, with the groups that are flagged."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from strun.quicklook.palette import AFTER, BEFORE, FLAGS
from strun.quicklook.ramps import Ramp, brightest_pixel, flagged_pixel, read_ramp
from strun.quicklook.source import Source
from strun.quicklook.view import Box, Page, Panel, View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAME = "ramp"
_MARKS = {"SATURATED": "x", "JUMP_DET": "^", "CHARGELOSS": "v", "PERSISTENCE": "s"}


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
    axes.set_xlim(0.5, ngroups + 0.5)
    axes.locator_params(axis="x", integer=True)
    axes.set_xlabel("group")
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
