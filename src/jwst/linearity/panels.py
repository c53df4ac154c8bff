"""Pixels without a correction, a ramp before and after, and the change of the samples."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from strun.effects import change
from strun.quicklook.difference_panels import draw_histogram
from strun.quicklook.flag_panels import flag_panel
from strun.quicklook.palette import AFTER
from strun.quicklook.ramp_panels import NAME, Ramp, draw_ramp, group_axis, read_ramps
from strun.quicklook.source import Source
from strun.quicklook.view import Box, Page, Panel, View

_WIDEST = (0.1, 99.9)
# of the height: the ramp, and the space between it and the ratio below
_RAMP, _SPACE = 0.64, 0.04
# samples of an exposure that are enough for a histogram
_LINES = 32
_COLUMNS = 1024


def _draw_ramps(page: Page, box: Box, view: View) -> None:
    """Draw a ramp and, when nothing but linearity has changed it, the ratio below."""
    ramp, old = read_ramps(view)
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


def _sampled_lines(shape: tuple[int, ...]) -> range:
    """Return the numbers of some rows, counted through all groups and spread over them."""
    count = math.prod(shape[:-1])
    step = max(1, count // _LINES)
    # with a common divisor, only some rows of the image would ever be looked at
    while math.gcd(step, shape[-2]) > 1:
        step += 1
    return range(0, count, step)


def sampled_changes(before: Source, after: Source) -> NDArray[np.float32]:
    """Return after / before - 1 of a sample of the samples, of those from 100 DN that changed."""
    old, new = before.science, after.science
    columns = slice(None, None, -(-new.shape[-1] // _COLUMNS))
    found = []
    for number in _sampled_lines(new.shape):
        line = [each.read(number, 1)[0, columns] for each in (old, new)]
        found.append(change.relative_changes(*(values.astype(np.float32) for values in line)))
    return np.concatenate(found)


def _draw_changes(page: Page, box: Box, view: View) -> None:
    """Draw how often samples changed by how much, of a sample of them."""
    assert view.before is not None
    changes = sampled_changes(view.before, view.product)
    total = math.prod(view.product.science.shape)
    axes = page.axes(box)
    axes.set(xlabel="after / before - 1 (%)", ylabel="samples")
    if not changes.size:
        axes.set_title("Change of the samples", fontsize="medium")
        axes.text(0.5, 0.5, "no sample changed", ha="center", transform=axes.transAxes)
        return
    values = 100 * changes.astype(np.float64)
    outside = draw_histogram(axes, values, _WIDEST, "median {:.3g} %", log=True)
    # room for the legend above the bars
    axes.set_ylim(top=axes.get_ylim()[1] * 4)
    axes.legend(loc="upper right", frameon=False)
    note = f" ({outside:,} beyond the axis)" if outside else ""
    axes.set_title(f"Change of {changes.size:,} of {total:,} samples{note}", fontsize="medium")


PANELS = (
    flag_panel("NO_LIN_CORR"),
    Panel(NAME, _draw_ramps),
    Panel("changes", _draw_changes, compares=True),
)
