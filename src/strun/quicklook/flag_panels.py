"""Panels of the flags of groups: where, and in which groups."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from strun.datamodels.dqflags import group
from strun.quicklook.images import draw_counts, draw_flag, percent
from strun.quicklook.palette import FLAGS
from strun.quicklook.ramp_panels import group_axis
from strun.quicklook.reduce import Cells, count_samples, first_by_cell
from strun.quicklook.source import Lines
from strun.quicklook.view import Box, Page, Panel, View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# samples that are counted; of longer exposures some rows
_MOST = 1 << 26
# of ticks, by how much larger the end of the axis is than its begin: enough, and not too many
_DIGITS = {10: (1, 1.5, 2, 3, 5, 7), 300: (1, 2, 5), math.inf: (1,)}
_ALL = 100


def flag_panel(name: str) -> Panel:
    """Return the map of the pixels that have a flag."""
    return Panel(
        name, lambda page, box, view: draw_flag(page, box, view.product, name), is_map=True
    )


def first_panel(name: str) -> Panel:
    """Return the map of the first group that has a flag, in the first integration."""
    words = f"First group {name}", "group", "group, earliest of {}"
    return Panel(f"first {name}", _group_map(name, first_by_cell, words, None), is_map=True)


def count_panel(name: str) -> Panel:
    """Return the map of the number of groups that have a flag, in the first integration."""
    words = name, "groups", "groups of each {} pixels"
    drawn = _group_map(name, count_samples, words, FLAGS[name])
    return Panel(f"groups {name}", drawn, is_map=True)


def _group_map(
    name: str,
    by_cell: Callable[[Lines, int, Cells, int], tuple[NDArray[np.int64], int]],
    words: tuple[str, str, str],
    colour: str | None,
) -> Callable[[Page, Box, View], None]:
    """
    Return what draws a number of the groups with a flag.

    Its words are a title, and those at the colour bar: when a cell is a pixel, or several.
    """
    title, of_pixel, of_cell = words

    def draw(page: Page, box: Box, view: View) -> None:
        lines = view.product.group_flags
        if lines is None:
            return
        nints, ngroups = lines.shape[:2]
        place = box.fitted(lines.shape)
        cells = place.cells(lines.shape)
        values, count = by_cell(lines, ngroups, cells, group[name])
        label = of_pixel if cells.single else of_cell.format(cells)
        where = f", integration 1 of {nints}" if nints > 1 else ""
        pixels = f"{count:,} pixel{'s' * (count != 1)} ({percent(count, lines)}){where}"
        draw_counts(page, place, values, lines.shape, f"{title}: {pixels}", label, colour=colour)

    return draw


def flag_shares(lines: Lines) -> tuple[dict[str, NDArray[np.float64]], int]:
    """
    Return which share of the samples of GROUPDQ has a flag, by group of all integrations.

    The shares are of 1, by the names of flags that some sample has. The second is that every so
    many rows were counted: all of them unless the exposure is very long.
    """
    nints, ngroups, ny, nx = lines.shape
    step = -(-math.prod(lines.shape) // _MOST)
    counts = {name: np.zeros(ngroups) for name, bit in group.items() if bit}
    bands = lines.bands() if step == 1 else [(row, 1) for row in range(0, ny, step)]
    for integration, number in np.ndindex(nints, ngroups):
        plane = (integration * ngroups + number) * ny
        for top, rows in bands:
            band = lines.read(plane + top, rows)
            present = int(np.bitwise_or.reduce(band, axis=None))
            for name, counted in counts.items():
                if present & group[name]:
                    counted[number] += np.count_nonzero(band & np.uint8(group[name]))
    total = nints * len(range(0, ny, step)) * nx
    return {name: counted / total for name, counted in counts.items() if counted.any()}, step


def draw_shares(axes: Axes, shares: Mapping[str, NDArray[np.float64]], title: str) -> None:
    """Draw shares by group, of all samples, on a scale where few are seen beside many."""
    axes.set_title(title, fontsize="medium")
    axes.set_ylabel("% of the samples")
    ngroups = max((len(values) for values in shares.values()), default=1)
    groups = np.arange(1, ngroups + 1)
    for number, (name, values) in enumerate(shares.items()):
        shown = np.where(values > 0, 100 * values, np.nan)
        # below a line that lies on it, a line is still seen
        width = max(1.2, 4 - 0.7 * number)
        axes.plot(groups, shown, "o-", color=FLAGS[name], ms=2 + width, lw=width, label=name)
    if shares:
        from matplotlib.ticker import FixedLocator, NullLocator

        axes.set_yscale("log")
        low, high = axes.get_ylim()
        # room for the legend above the lines
        axes.set_ylim(low, high * max(3, high / low) ** 0.3)
        digits = next(each for ratio, each in _DIGITS.items() if high / low < ratio)
        ticks = [digit * 10.0**power for power in range(-9, 3) for digit in digits]
        axes.yaxis.set_major_locator(FixedLocator([t for t in ticks if low <= t <= _ALL]))
        axes.yaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_formatter("{x:,.10g}")
        axes.legend(loc="upper left", frameon=False, ncols=2, fontsize="small")
    else:
        axes.text(0.5, 0.5, "no group is flagged", ha="center", transform=axes.transAxes)
    group_axis(axes, ngroups)


def _draw_by_group(page: Page, box: Box, view: View) -> None:
    lines = view.product.group_flags
    if lines is None:
        return
    shares, step = flag_shares(lines)
    note = "" if step == 1 else f", of every {step} rows one"
    draw_shares(page.axes(box), shares, f"Flags by group{note}")


FLAGS_BY_GROUP = Panel("flags by group", _draw_by_group)
