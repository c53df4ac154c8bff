"""The panels of a picture: the image, and its flags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from strun.datamodels import dqflags
from strun.quicklook.page import Box, Page, fitted
from strun.quicklook.palette import FLAGS, GOOD, IMAGE, MISSING, flag_colours
from strun.quicklook.reduce import Cells, cell_sizes, count_flag, largest_by_cell, shown_by_cell
from strun.quicklook.source import Lines, Source
from strun.quicklook.stretch import Stretch, round_step, stretch
from strun.quicklook.words import cell_note, frame_note, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap, Normalize
    from matplotlib.image import AxesImage
    from matplotlib.patches import Patch

__all__ = ["draw_flag", "draw_flags", "draw_image"]

_BAR = 16
# under the numbers of the axis beside it
_UNIT = 28
# between ticks of a colour bar
_TICK = 40
# of a colour: a single pixel of a cell is seen, and few of them do not look like all
_FAINTEST = 0.12
_FAINTEST_ALONE = 0.3


def _image_axes(page: Page, box: Box, shape: tuple[int, ...], title: str) -> Axes:
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


def _show(
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


def _draw_bar(page: Page, box: Box, image: AxesImage, label: str, ticks: list[float]) -> None:
    """Draw the colour bar of an image beside it."""
    place = Box(box.left + box.width + 10, box.top, _BAR, box.height)
    extend = "both" if label == "DN" else "neither"
    bar = page.figure.colorbar(image, cax=page.axes(place), extend=extend)
    bar.set_ticks(ticks, labels=[f"{tick:,.10g}" for tick in ticks])
    bar.minorticks_off()
    if label == "DN":
        # beside the bar it would meet the next panel, above it the title
        page.text(place.left + _BAR / 2, place.top + place.height + _UNIT, label)
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
    axes = _image_axes(page, box, shape, title)
    image = _show(axes, values, norm=_norm(shown), colours=colours)
    _draw_bar(page, box, image, "DN", shown.ticks(min(5, int(box.height // _TICK))))


def draw_flags(page: Page, slot: Box, source: Source, counts: Mapping[str, int]) -> list[Patch]:
    """
    Draw which pixels are flagged, by the name of the flag.

    Parameters
    ----------
    page : Page
        The picture.
    slot : Box
        The room for it. A cell of several pixels has the mean of their colours, the paler the
        fewer are flagged.
    source : Source
        The exposure.
    counts : mapping of str to int
        Its pixels by flag.

    Returns
    -------
    list of Patch
        Entries of the legend: colour, flag, pixels.
    """
    from matplotlib.patches import Patch

    lines, shape = source.flags, source.science.shape
    box = fitted(slot, shape)
    if lines is None:
        _image_axes(page, box, shape, "no PIXELDQ or DQ in the file")
        return []
    cells = box.cells(shape)
    colours = flag_colours(counts)
    name = "PIXELDQ" if source.lines("PIXELDQ") is not None else "DQ"
    axes = _image_axes(page, box, shape, f"{name}{cell_note(cells, 'flags')}")
    if colours:
        _show(axes, _mixed(lines, cells, colours), norm=None, colours=None)
    total = lines.shape[-1] * lines.shape[-2]
    return [
        Patch(color=colours[name], label=f"{name}  {count:,} ({percent(count, total)})")
        for name, count in counts.items()
    ]


def _mixed(lines: Lines, cells: Cells, colours: Mapping[str, str]) -> NDArray[np.float64]:
    """Return the colours (rows, columns, 3) of cells from those of their flagged pixels."""
    from matplotlib.colors import to_rgb

    shown = shown_by_cell(lines, 0, cells, [dqflags.pixel[name] for name in colours])
    flagged = shown.sum(axis=0)
    share = flagged / cell_sizes(lines.shape, cells)
    strength = np.where(flagged, _FAINTEST + (1 - _FAINTEST) * share, 0)
    picture: NDArray[np.float64] = np.array(to_rgb(GOOD)) * (1 - strength[:, :, None])
    for count, colour in zip(shown, colours.values(), strict=True):
        part = strength * count / np.maximum(flagged, 1)
        picture += part[:, :, None] * np.array(to_rgb(colour))
    return picture


def _shades(colour: str, steps: int) -> Colormap:
    """Return a light ground for none, and a colour that can be seen from one pixel on."""
    from matplotlib.colors import ListedColormap, to_rgb

    ground, full = np.array(to_rgb(GOOD)), np.array(to_rgb(colour))
    share = np.linspace(_FAINTEST_ALONE if steps > 1 else 1, 1, steps)[:, None]
    return ListedColormap([GOOD, *(share * full + (1 - share) * ground)])


def draw_flag(page: Page, slot: Box, source: Source, name: str, *, small: bool = False) -> None:
    """
    Draw the pixels that have a flag.

    Parameters
    ----------
    page : Page
        The picture.
    slot : Box
        The room for it. A cell of several pixels shows how many of them are flagged.
    source : Source
        The exposure.
    name : str
        Of the flag.
    small : bool, optional
        Without the names of the axes, and with few numbers.
    """
    from matplotlib.colors import BoundaryNorm

    lines, shape = source.flags, source.science.shape
    box = fitted(slot, shape)
    if lines is None:
        _image_axes(page, box, shape, "no PIXELDQ in the file")
        return
    cells = box.cells(shape)
    counts = count_flag(lines, 0, cells, dqflags.pixel[name])
    most = max(1, int(counts.max()))
    found, total = int(counts.sum()), lines.shape[-1] * lines.shape[-2]
    words = f"{found:,} pixel{'s' * (found != 1)} ({percent(found, total)})"
    axes = _image_axes(page, box, shape, f"{name}: {words}")
    if small:
        axes.set(xlabel="", ylabel="")
        axes.locator_params(integer=True, nbins=2)
    norm = BoundaryNorm(np.arange(-0.5, most + 1).tolist(), most + 1)
    image = _show(axes, counts, norm=norm, colours=_shades(FLAGS[name], most))
    if not cells.single:
        step = max(1, int(round_step(most / 3)))
        ticks = [float(n) for n in range(0, most + 1, step)]
        _draw_bar(page, box, image, f"pixels of each {cells.rows} x {cells.columns}", ticks)
