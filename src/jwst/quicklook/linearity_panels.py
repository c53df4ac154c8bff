"""The panels of a picture of the linearity correction: where it failed, a ramp, the changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jwst.datamodels.dqflags import pixel
from jwst.quicklook.page import Box, Page, fitted
from jwst.quicklook.palette import AFTER, BEFORE, FLAGS, GOOD
from jwst.quicklook.panels import draw_bar, image_axes, show
from jwst.quicklook.ramps import Ramp
from jwst.quicklook.reduce import count_flag
from jwst.quicklook.source import Source
from jwst.quicklook.words import percent

if TYPE_CHECKING:
    from matplotlib.colors import Colormap

__all__ = ["draw_changes", "draw_no_lin_corr", "draw_ramp", "draw_ratio"]

_WIDEST = (0.1, 99.9)


def _shades(steps: int) -> Colormap:
    """Return a light ground for none, and blues that can be seen from one pixel on."""
    from matplotlib import colormaps
    from matplotlib.colors import ListedColormap

    if steps == 1:
        return ListedColormap([GOOD, FLAGS["NO_LIN_CORR"]])
    blues = colormaps["Blues"](np.linspace(0.5, 1.0, steps))
    return ListedColormap([GOOD, *blues])


def draw_no_lin_corr(page: Page, slot: Box, source: Source) -> None:
    """
    Draw the pixels that have no linearity correction.

    Parameters
    ----------
    page : Page
        The picture.
    slot : Box
        The room for it. A cell of several pixels shows how many of them are flagged.
    source : Source
        The exposure, corrected.
    """
    from matplotlib.colors import BoundaryNorm

    lines, shape = source.flags, source.science.shape
    box = fitted(slot, shape)
    if lines is None:
        image_axes(page, box, shape, "no PIXELDQ in the file")
        return
    cells = box.cells(shape)
    counts = count_flag(lines, 0, cells, pixel["NO_LIN_CORR"])
    most = max(1, int(counts.max()))
    found, total = int(counts.sum()), lines.shape[-1] * lines.shape[-2]
    words = f"{found:,} pixel{'s' * (found != 1)} ({percent(found, total)})"
    axes = image_axes(page, box, shape, f"NO_LIN_CORR: {words}")
    norm = BoundaryNorm(np.arange(-0.5, most + 1).tolist(), most + 1)
    image = show(axes, counts, norm=norm, colours=_shades(most))
    if not cells.single:
        ticks = [float(n) for n in range(0, most + 1, -(-most // 6))]
        draw_bar(page, box, image, f"pixels of each {cells.rows} x {cells.columns}", ticks)


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
