"""Pixels without a correction, a ramp before and after, and the change of the samples."""

from __future__ import annotations

import math

import numpy as np

from strun.quicklook.flag_panels import flag_panel
from strun.quicklook.page import Box, Page
from strun.quicklook.palette import AFTER, BEFORE
from strun.quicklook.pixels import brightest_pixel
from strun.quicklook.ramp_panels import NAME, draw_ramp, group_axis
from strun.quicklook.ramps import Ramp, read_ramp, relative_changes
from strun.quicklook.view import Panel, View

_WIDEST = (0.1, 99.9)
# of the height: the ramp, and the space between it and the ratio below
_RAMP, _SPACE = 0.64, 0.04


def _draw_ramps(page: Page, box: Box, view: View) -> None:
    """Draw a ramp and, when nothing but linearity has changed it, the ratio below."""
    ramp = read_ramp(view.product, view.pixel or brightest_pixel(view.product))
    old = None if view.before is None else read_ramp(view.before, (ramp.x, ramp.y))
    if old is None or not view.alone:
        draw_ramp(page.axes(box), ramp, old)
        return
    axes = page.axes(box._replace(height=_RAMP * box.height))
    draw_ramp(axes, ramp, old)
    axes.tick_params(labelbottom=False)
    axes.set_xlabel("")
    top = box.top + (_RAMP + _SPACE) * box.height
    _draw_ratio(page, box._replace(top=top, height=(1 - _RAMP - _SPACE) * box.height), ramp, old)


def _draw_ratio(page: Page, box: Box, after: Ramp, before: Ramp) -> None:
    """Draw after divided by before, but for saturated groups, which are not corrected."""
    axes = page.axes(box)
    groups = np.arange(1, len(after.samples) + 1)
    with np.errstate(all="ignore"):
        ratio = np.where(after.has("SATURATED"), np.nan, after.samples / before.samples)
    axes.axhline(1.0, color="0.6", lw=1)
    axes.plot(groups, ratio, "o-", color=AFTER, ms=4)
    axes.set_ylabel("after / before")
    group_axis(axes, len(groups))


def _draw_changes(page: Page, box: Box, view: View) -> None:
    """Draw how often samples changed by how much, of a sample of them."""
    assert view.before is not None
    changes = relative_changes(view.before, view.product)
    total = math.prod(view.product.science.shape)
    axes = page.axes(box)
    axes.set_xlabel("after / before - 1 (%)")
    axes.set_ylabel("samples")
    if not changes.size:
        axes.set_title("Change of the samples", fontsize="medium")
        axes.text(0.5, 0.5, "no sample changed", ha="center", transform=axes.transAxes)
        return
    values = 100 * changes.astype(np.float64)
    low, high = np.percentile(values, _WIDEST)
    margin = 0.05 * (high - low) or 0.5
    bins = np.linspace(low - margin, high + margin, 80)
    axes.hist(values, bins=bins.tolist(), color=AFTER, log=True)
    median = float(np.median(values))
    axes.axvline(median, color=BEFORE, lw=1.5, label=f"median {median:.3g} %")
    # room for the legend above the bars
    axes.set_ylim(top=axes.get_ylim()[1] * 4)
    axes.legend(loc="upper right", frameon=False)
    outside = int(np.count_nonzero((values < bins[0]) | (values > bins[-1])))
    note = f" ({outside:,} beyond the axis)" if outside else ""
    axes.set_title(f"Change of {changes.size:,} of {total:,} samples{note}", fontsize="medium")


PANELS = (
    flag_panel("NO_LIN_CORR"),
    Panel(NAME, _draw_ramps),
    Panel("changes", _draw_changes, compares=True),
)
