"""The panels of a picture of the linearity correction: a ramp, the changes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from strun.quicklook.page import Box, Page
from strun.quicklook.palette import AFTER, BEFORE
from strun.quicklook.ramps import Ramp

__all__ = ["draw_changes", "draw_ramp", "draw_ratio"]

_WIDEST = (0.1, 99.9)


def draw_ramp(page: Page, box: Box, after: Ramp, before: Ramp | None) -> None:
    """Draw the samples of a pixel against the number of the group, before and after."""
    axes = page.axes(box)
    groups = np.arange(1, len(after.samples) + 1)
    if before is not None:
        axes.plot(groups, before.samples, "o--", color=BEFORE, mfc="none", label="before")
    label = "after" if before is not None else "samples"
    axes.plot(groups, after.samples, "o-", color=AFTER, ms=4, label=label)
    if after.saturated.any():
        where = after.saturated
        values = after.samples[where]
        axes.plot(groups[where], values, "x", color="black", ms=9, label="saturated")
    axes.set_xlim(0.5, len(groups) + 0.5)
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.set_ylabel("DN")
    axes.set_title(f"Ramp of the pixel in column {after.x}, row {after.y}", fontsize="medium")
    axes.locator_params(axis="x", integer=True)
    axes.grid(alpha=0.3)
    # a ramp rises
    axes.legend(loc="lower right", frameon=False)
    if before is None:
        axes.set_xlabel("group")
    else:
        axes.tick_params(labelbottom=False)


def draw_ratio(page: Page, box: Box, after: Ramp, before: Ramp) -> None:
    """Draw after divided by before, but for saturated groups, which are not corrected."""
    axes = page.axes(box)
    groups = np.arange(1, len(after.samples) + 1)
    with np.errstate(all="ignore"):
        ratio = np.where(after.saturated, np.nan, after.samples / before.samples)
    axes.axhline(1.0, color="0.6", lw=1)
    axes.plot(groups, ratio, "o-", color=AFTER, ms=4)
    axes.set_xlim(0.5, len(groups) + 0.5)
    axes.locator_params(axis="x", integer=True)
    axes.set_ylabel("after / before")
    axes.set_xlabel("group")
    axes.grid(alpha=0.3)


def draw_changes(page: Page, box: Box, changes: NDArray[np.float32], total: int) -> None:
    """
    Draw how often samples changed by how much.

    Parameters
    ----------
    page : Page
        The picture.
    box : Box
        Where.
    changes : ndarray of float32
        Relative changes, from `relative_changes`.
    total : int
        Samples of the exposure, of which these are a sample.
    """
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
