"""The panels of a picture: the image, and its flags."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jwst.datamodels import dqflags
from jwst.quicklook.counting import flag_counts
from jwst.quicklook.page import Box, Page, fitted
from jwst.quicklook.palette import GOOD, IMAGE, MISSING, flag_colours
from jwst.quicklook.reduce import count_flag, flags_by_cell, largest_by_cell
from jwst.quicklook.source import Source
from jwst.quicklook.stretch import Stretch, stretch
from jwst.quicklook.words import cell_note, frame_note, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap, Normalize
    from matplotlib.image import AxesImage
    from matplotlib.patches import Patch

__all__ = ["draw_bar", "draw_flags", "draw_image", "image_axes", "show"]

_BAR = 16
_EVERY_FLAG = 0xFFFFFFFF


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


def show(
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


def draw_bar(page: Page, box: Box, image: AxesImage, label: str, ticks: list[float]) -> None:
    """Draw the colour bar of an image beside it."""
    place = Box(box.left + box.width + 10, box.top, _BAR, box.height)
    extend = "both" if label == "DN" else "neither"
    bar = page.figure.colorbar(image, cax=page.axes(place), extend=extend)
    bar.set_ticks(ticks, labels=[f"{tick:,.10g}" for tick in ticks])
    bar.minorticks_off()
    if label == "DN":
        # beside the bar it would meet the next panel, above it the title
        page.text(place.left + _BAR / 2, place.top + place.height + 4, label)
    else:
        bar.set_label(label)


def _norm(shown: Stretch) -> Normalize:
    from matplotlib.colors import FuncNorm

    return FuncNorm((shown.forward, shown.inverse), vmin=shown.low, vmax=shown.high)


def draw_image(page: Page, slot: Box, source: Source) -> None:
    """
    Draw the last group of the first integration, with a colour bar in DN.

    Parameters
    ----------
    page : Page
        The picture.
    slot : Box
        The room for it; a cell of several pixels shows the brightest.
    source : Source
        The exposure.
    """
    from matplotlib import colormaps

    shape = source.science.shape
    box = fitted(slot, shape)
    cells = box.cells(shape)
    values = largest_by_cell(source.science, source.frames[1] - 1, cells)
    title = f"SCI, {frame_note(source)}{cell_note(cells, 'largest')}"
    shown = stretch(values)
    colours = colormaps[IMAGE].with_extremes(bad=MISSING)
    axes = image_axes(page, box, shape, title)
    image = show(axes, values, norm=_norm(shown), colours=colours)
    draw_bar(page, box, image, "DN", shown.ticks())


def draw_flags(page: Page, slot: Box, source: Source) -> list[Patch]:
    """
    Draw which pixels are flagged, by the name of the flag.

    Parameters
    ----------
    page : Page
        The picture.
    slot : Box
        The room for it. A cell of several pixels shows the flags of all of them, the paler the
        fewer are flagged.
    source : Source
        The exposure.

    Returns
    -------
    list of Patch
        Entries of the legend: colour, flag, pixels.
    """
    from matplotlib.colors import to_rgb
    from matplotlib.patches import Patch

    lines, shape = source.flags, source.science.shape
    box = fitted(slot, shape)
    if lines is None:
        image_axes(page, box, shape, "no PIXELDQ or DQ in the file")
        return []
    cells = box.cells(shape)
    counts = flag_counts(lines, 0)
    flags = flags_by_cell(lines, 0, cells)
    picture = np.full((*flags.shape, 3), to_rgb(GOOD))
    colours = flag_colours(counts)
    for name, colour in colours.items():
        picture[(flags & np.uint32(dqflags.pixel[name])) != 0] = to_rgb(colour)
    if not cells.single:
        flagged = count_flag(lines, 0, cells, _EVERY_FLAG) / (cells.rows * cells.columns)
        strength = (0.3 + 0.7 * np.sqrt(np.minimum(flagged, 1)))[:, :, None]
        picture = strength * picture + (1 - strength) * np.array(to_rgb(GOOD))
    name = "PIXELDQ" if source.lines("PIXELDQ") is not None else "DQ"
    axes = image_axes(page, box, shape, f"{name}{cell_note(cells, 'flags')}")
    show(axes, picture, norm=None, colours=None)
    total = lines.shape[-1] * lines.shape[-2]
    return [
        Patch(color=colours[name], label=f"{name}  {count:,} ({percent(count, total)})")
        for name, count in counts.items()
    ]
