"""Images on a page, with a colour bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from strun.quicklook.page import Box, Page, fitted
from strun.quicklook.palette import GOOD, IMAGE, MISSING
from strun.quicklook.reduce import (
    largest_by_cell,
    mean_by_cell,
)
from strun.quicklook.source import Lines, Source
from strun.quicklook.stretch import Stretch, stretch
from strun.quicklook.words import cell_note, frame_note

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colorbar import Colorbar
    from matplotlib.colors import Colormap, Normalize
    from matplotlib.image import AxesImage

_BAR = 16
# under the numbers of the axis beside it
_UNIT = 28
# between ticks of a colour bar
_TICK = 40


def image_axes(page: Page, box: Box, shape: tuple[int, ...], title: str) -> Axes:
    """Return axes for an image, labelled in pixels."""
    ny, nx = shape[-2:]
    axes = page.axes(box)
    axes.set_facecolor(GOOD)
    axes.set_xlim(-0.5, nx - 0.5)
    axes.set_ylim(-0.5, ny - 0.5)
    axes.locator_params(integer=True, nbins=6)
    axes.set_xlabel("column, from 0")
    axes.set_ylabel("row")
    axes.set_title(title, fontsize="medium")
    return axes


def show_cells(
    axes: Axes, values: NDArray[np.generic], *, norm: Normalize | None, colours: Colormap | None
) -> AxesImage:
    """Draw cells over the whole of the axes, none of them blurred."""
    left, right = axes.get_xlim()
    bottom, top = axes.get_ylim()
    return axes.imshow(
        values,
        origin="lower",
        extent=(left, right, bottom, top),
        norm=norm,
        cmap=colours,
        interpolation="nearest",
        aspect="auto",
    )


def draw_bar(
    page: Page, box: Box, image: AxesImage, label: str, ticks: list[float], unit: str = ""
) -> Colorbar:
    """Draw the colour bar of an image beside it."""
    place = Box(box.left + box.width + 10, box.top, _BAR, box.height)
    bar = page.figure.colorbar(image, cax=page.axes(place), extend="both" if unit else "neither")
    bar.set_ticks(ticks, labels=[f"{tick + 0.0:,.10g}" for tick in ticks])
    bar.minorticks_off()
    bar.set_label(label)
    if unit:
        # beside the bar it would meet the next panel, above it the title
        page.text(place.left + _BAR / 2, place.top + place.height + _UNIT, unit)
    return bar


def _norm(shown: Stretch) -> Normalize:
    from matplotlib.colors import FuncNorm

    return FuncNorm((shown.forward, shown.inverse), vmin=shown.low, vmax=shown.high)


def draw_image(page: Page, slot: Box, source: Source) -> None:
    """
    Draw the last group of the first integration, or its count rates, with a colour bar.

    Parameters
    ----------
    page : Page
        The picture.
    slot : Box
        The room for it. A cell of several pixels shows the brightest, of rates the mean: the
        noise of the background and NaN do not hide it then.
    source : Source
        The exposure.
    """
    title = f"SCI, {frame_note(source)}"
    plane, mean = source.frames[1] - 1, source.has_rates
    draw_values(page, slot, source.science, title, source.unit, plane=plane, mean=mean)


def draw_values(
    page: Page,
    slot: Box,
    lines: Lines,
    title: str,
    unit: str,
    *,
    plane: int = 0,
    mean: bool = True,
    least: float = 0.0,
) -> None:
    """
    Draw a plane of an array, with a colour bar.

    Parameters
    ----------
    page : Page
        The picture.
    slot : Box
        The room for it.
    lines : Lines
        The values.
    title, unit : str
        What they are; below the colour bar stands the unit.
    plane : int, optional
        Number of the image.
    mean : bool, optional
        Whether a cell of several pixels shows their mean, or the largest.
    least : float, optional
        As of `stretch`.
    """
    from matplotlib import colormaps

    box = fitted(slot, lines.shape)
    cells = box.cells(lines.shape)
    values = (mean_by_cell if mean else largest_by_cell)(lines, plane, cells)
    shown = stretch(values, least=least)
    colours = colormaps[IMAGE].with_extremes(bad=MISSING)
    note = cell_note(cells, "mean" if mean else "largest")
    axes = image_axes(page, box, lines.shape, f"{title}{note}")
    image = show_cells(axes, values, norm=_norm(shown), colours=colours)
    draw_bar(page, box, image, "", shown.ticks(min(5, int(box.height // _TICK))), unit)
