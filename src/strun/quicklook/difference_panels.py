"""Panels of what a step took away from the samples, or added to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from strun.quicklook.images import draw_values
from strun.quicklook.palette import AFTER, BEFORE, LINES
from strun.quicklook.ramp_panels import group_axis, legend_above
from strun.quicklook.source import Lines, Source
from strun.quicklook.view import Box, Page, Panel, View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# rows of each group, and samples in all, that stand for an exposure
_ROWS = 64
_MOST = 1 << 23
_WIDEST = (0.5, 99.5)
# in DN: of float32 near saturation
_ROUNDING = 0.02


def subtracted(view: View) -> Lines:
    """Return what was taken away: the input minus the product."""
    assert view.before is not None
    return view.before.science.minus(view.product.science)


def spread_rows(source: Source) -> NDArray[np.intp]:
    """Return the numbers of some rows, spread over the image, as many odd as even ones."""
    *planes, ny, nx = source.science.shape
    most = max(8, min(_ROWS, _MOST // (nx * max(1, int(np.prod(planes))))))
    return np.unique(np.linspace(0, ny - 1, min(ny, most)).astype(np.intp))


def subtracted_panels(group: int) -> tuple[Panel, Panel]:
    """Return the map and the histogram of what was subtracted from a group; -1 is the last."""

    def draw_map(page: Page, box: Box, view: View) -> None:
        number = range(view.product.frames[1])[group]
        title = f"Subtracted from group {number + 1}"
        draw_values(page, box, subtracted(view), title, "DN", plane=number, least=_ROUNDING)

    def draw_spread(page: Page, box: Box, view: View) -> None:
        number = range(view.product.frames[1])[group]
        values = subtracted(view).rows(number, spread_rows(view.product))
        finite = values[np.isfinite(values)].astype(np.float64)
        axes = page.axes(box)
        axes.set(xlabel="DN", ylabel="pixels")
        title = f"Subtracted from {finite.size:,} pixels of group {number + 1}"
        axes.set_title(title, fontsize="medium")
        if not finite.size:
            return
        outside = draw_histogram(axes, finite, _WIDEST, "median {:.4g} DN")
        if outside:
            axes.plot([], [], " ", label=f"{outside:,} beyond the axis")
        axes.set_ylim(top=axes.get_ylim()[1] * 1.2)
        axes.legend(loc="upper right", frameon=False, fontsize="small")

    return (
        Panel("subtracted", draw_map, is_map=True, compares=True),
        Panel("subtracted histogram", draw_spread, compares=True),
    )


def draw_histogram(
    axes: Axes,
    values: NDArray[np.float64],
    widest: tuple[float, float],
    label: str,
    *,
    log: bool = False,
) -> int:
    """
    Draw how often values occur, and their median with its label; return how many are not shown.

    All must be finite, and there is at least one; the axis ends at percentiles, with a margin.
    """
    low, median, high = np.percentile(values, (widest[0], 50, widest[1]))
    margin = 0.05 * (high - low) or 0.5
    bins = np.linspace(low - margin, high + margin, 80)
    axes.hist(values, bins=bins.tolist(), color=AFTER, log=log)
    axes.axvline(median, color=BEFORE, lw=1.5, label=label.format(median))
    return int(np.count_nonzero((values < bins[0]) | (values > bins[-1])))


def _draw_by_group(page: Page, box: Box, view: View) -> None:
    """Draw the median by group, and between which values most pixels lie; by integration."""
    axes = page.axes(box)
    lines, rows = subtracted(view), spread_rows(view.product)
    nints, ngroups = view.product.frames
    groups = np.arange(1, ngroups + 1)
    for integration in range(min(nints, len(LINES))):
        found = []
        for number in range(ngroups):
            values = lines.rows(integration * ngroups + number, rows)
            finite = values[np.isfinite(values)]
            found.append(np.percentile(finite, (16, 50, 84)) if finite.size else [np.nan] * 3)
        low, median, high = np.array(found).T
        colour = LINES[integration]
        name = f"integration {integration + 1}" if nints > 1 else "median"
        axes.plot(groups, median, "o-", color=colour, ms=4, label=name)
        if integration == 0:
            label = "68 % of the pixels"
            axes.fill_between(groups, low, high, color=colour, alpha=0.2, lw=0, label=label)
    axes.set_title(f"Subtracted by group, of {len(rows)} rows", fontsize="medium")
    axes.set_ylabel("DN")
    group_axis(axes, ngroups)
    legend_above(axes, 2)


SUBTRACTED_BY_GROUP = Panel("subtracted by group", _draw_by_group, compares=True)
