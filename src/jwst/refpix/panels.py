"""The drifts that the reference pixels show, by group and amplifier, and what was subtracted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from strun.datamodels.dqflags import pixel
from strun.datamodels.subarray import REFERENCE_WIDTH
from strun.quicklook.difference_panels import spread_rows, subtracted, subtracted_panels
from strun.quicklook.palette import LINES
from strun.quicklook.ramp_panels import group_axis, legend_above
from strun.quicklook.source import Lines, Source
from strun.quicklook.view import Box, Page, Panel, View

_OUTPUTS = 4
_FRAME = 2048


def amplifiers(source: Source) -> tuple[NDArray[np.intp], list[str]]:
    """
    Return the amplifier that reads each pixel.

    Returns
    -------
    numbers : ndarray of int
        (rows, columns), from 0.
    names : list of str
        What each of them reads.
    """
    ny, nx = source.science.shape[-2:]
    if source.meta.instrument.name == "MIRI":
        numbers = np.broadcast_to(np.arange(nx) % _OUTPUTS, (ny, nx))
        return numbers, [f"columns {n}, {n + _OUTPUTS} ..." for n in range(_OUTPUTS)]
    along_rows = abs(source.meta.subarray.fastaxis or 1) == 1
    length = nx if along_rows else ny
    if length != _FRAME or source.meta.exposure.noutputs == 1:
        return np.zeros((ny, nx), np.intp), ["all"]
    width = length // _OUTPUTS
    places = np.arange(length) // width
    numbers = np.broadcast_to(places if along_rows else places[:, None], (ny, nx))
    axis = "columns" if along_rows else "rows"
    return numbers, [f"{axis} {n * width}-{(n + 1) * width - 1}" for n in range(_OUTPUTS)]


def _means(
    source: Lines, rows: NDArray[np.intp], where: NDArray[np.bool_], numbers: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return the means of some pixels in each group of the first integration, by amplifier."""
    ngroups = source.shape[1]
    count = int(numbers.max()) + 1
    means = np.full((ngroups, count), np.nan)
    for group in range(ngroups):
        lines = source.rows(group, rows)
        usable = where & np.isfinite(lines)
        sums = np.bincount(numbers[usable], lines[usable].astype(np.float64), count)
        found = np.bincount(numbers[usable], minlength=count)
        np.divide(sums, found, out=means[group], where=found > 0)
    return means


def _draw_reference_pixels(page: Page, box: Box, view: View) -> None:
    """Draw the means of the reference pixels against the group, before and after."""
    assert view.before is not None
    source, axes = view.product, page.axes(box)
    numbers, names = amplifiers(source)
    ny = numbers.shape[0]
    edges = [n for n in range(ny) if min(n, ny - 1 - n) < REFERENCE_WIDTH]
    rows = np.union1d(spread_rows(source), edges)
    quality = source.flags
    where = np.zeros((len(rows), numbers.shape[1]), bool)
    if quality is not None:
        flags = quality.rows(0, rows)
        wanted = pixel["REFERENCE_PIXEL"]
        where = (flags & np.uint32(wanted | pixel["DO_NOT_USE"])) == wanted
    old, new = (_means(each.science, rows, where, numbers[rows]) for each in (view.before, source))
    groups = np.arange(1, len(new) + 1)
    for number, name in enumerate(names):
        colour = LINES[number]
        axes.plot(groups, old[:, number], "o--", color=colour, mfc="none", ms=4)
        axes.plot(groups, new[:, number], "o-", color=colour, ms=4, label=name)
    axes.plot([], [], "o--", color="0.4", mfc="none", ms=4, label="before")
    axes.plot([], [], "o-", color="0.4", ms=4, label="after")
    axes.set_title("Mean of the reference pixels", fontsize="medium")
    axes.set_ylabel("DN")
    group_axis(axes, len(groups))
    legend_above(axes, 3)


def _draw_drifts(page: Page, box: Box, view: View) -> None:
    """Draw what was subtracted from each amplifier, against the group."""
    axes = page.axes(box)
    numbers, names = amplifiers(view.product)
    rows = spread_rows(view.product)
    lines = subtracted(view)
    everywhere = np.ones((len(rows), numbers.shape[1]), bool)
    means = _means(lines, rows, everywhere, numbers[rows])
    groups = np.arange(1, len(means) + 1)
    for number, name in enumerate(names):
        axes.plot(groups, means[:, number], "o-", color=LINES[number], ms=4, label=name)
    axes.set_title(f"Mean subtracted, of {len(rows)} rows", fontsize="medium")
    axes.set_ylabel("DN")
    group_axis(axes, len(groups))
    legend_above(axes, 2)


PANELS = (
    Panel("reference pixels", _draw_reference_pixels, compares=True),
    Panel("drifts", _draw_drifts, compares=True),
    subtracted_panels(-1)[0],
)
