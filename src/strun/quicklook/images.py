"""Images and flags on a page, each with its colour bar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from strun.datamodels import dqflags
from strun.quicklook.palette import (
    FLAGS,
    GOOD,
    IMAGE,
    MISSING,
    ORDER,
    flag_colours,
    round_step,
    stretch,
)
from strun.quicklook.reduce import (
    Cells,
    count_samples,
    largest_by_cell,
    mean_by_cell,
    shown_by_cell,
)
from strun.quicklook.source import Lines, Source
from strun.quicklook.view import Box, Page

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colorbar import Colorbar
    from matplotlib.colors import Colormap, Normalize
    from matplotlib.image import AxesImage
    from matplotlib.patches import Patch

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
    axes.set(facecolor=GOOD, xlim=(-0.5, nx - 0.5), ylim=(-0.5, ny - 0.5))
    axes.set(xlabel="column, from 0", ylabel="row")
    axes.locator_params(integer=True, nbins=6)
    axes.set_title(title, fontsize="medium")
    return axes


def _show_cells(
    axes: Axes,
    values: NDArray[np.generic],
    *,
    norm: Normalize | None = None,
    colours: Colormap | None = None,
) -> AxesImage:
    """Draw cells over the whole of the axes, none of them blurred."""
    return axes.imshow(
        values,
        origin="lower",
        extent=(*axes.get_xlim(), *axes.get_ylim()),
        norm=norm,
        cmap=colours,
        interpolation="nearest",
        aspect="auto",
    )


def _draw_bar(page: Page, box: Box, image: AxesImage, ticks: list[float], unit: str) -> Colorbar:
    """Draw the colour bar of an image beside it; the unit, if any, stands below it."""
    place = Box(box.left + box.width + 10, box.top, _BAR, box.height)
    bar = page.figure.colorbar(image, cax=page.axes(place), extend="both" if unit else "neither")
    bar.set_ticks(ticks, labels=[f"{tick + 0.0:,.10g}" for tick in ticks])
    bar.minorticks_off()
    if unit:
        # beside the bar it would meet the next panel, above it the title
        page.text(place.left + _BAR / 2, place.top + place.height + _UNIT, unit)
    return bar


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

    A cell of several pixels shows their mean, or the largest. A smaller range than the least is
    drawn as that of one value.
    """
    from matplotlib import colormaps
    from matplotlib.colors import FuncNorm

    box = slot.fitted(lines.shape)
    cells = box.cells(lines.shape)
    values = (mean_by_cell if mean else largest_by_cell)(lines, plane, cells)
    shown = stretch(values, least=least)
    norm = FuncNorm((shown.forward, shown.inverse), vmin=shown.low, vmax=shown.high)
    colours = colormaps[IMAGE].with_extremes(bad=MISSING)
    note = cells.note("mean" if mean else "largest")
    axes = _image_axes(page, box, lines.shape, f"{title}{note}")
    image = _show_cells(axes, values, norm=norm, colours=colours)
    _draw_bar(page, box, image, shown.ticks(min(5, int(box.height // _TICK))), unit)


def draw_flags(page: Page, slot: Box, source: Source, counts: Mapping[str, int]) -> list[Patch]:
    """
    Draw which pixels are flagged, by the name of the flag.

    A cell of several pixels has the mean of their colours, the paler the fewer are flagged. The
    legend is returned: colour, flag, and how many pixels have it, which the caller has counted.
    """
    from matplotlib.patches import Patch

    lines, shape = source.flags, source.science.shape
    box = slot.fitted(shape)
    if lines is None:
        _image_axes(page, box, shape, "no PIXELDQ or DQ of an exposure")
        return []
    cells = box.cells(shape)
    colours = flag_colours(counts)
    name = "PIXELDQ" if source.lines("PIXELDQ") is not None else "DQ"
    axes = _image_axes(page, box, shape, f"{name}{cells.note('flags')}")
    if colours:
        _show_cells(axes, _mixed(lines, cells, colours))
    return [
        Patch(color=colours[name], label=f"{name}  {count:,} ({percent(count, lines)})")
        for name, count in counts.items()
    ]


def percent(pixels: int, lines: Lines) -> str:
    """Return a share of an image's pixels in two digits; neither none nor all when it is not."""
    total = lines.shape[-1] * lines.shape[-2]
    share = 100 * pixels / total
    if share >= 99.5:
        return "100 %" if pixels == total else "over 99 %"
    return f"{share:.2g} %"


def _mixed(lines: Lines, cells: Cells, colours: Mapping[str, str]) -> NDArray[np.float64]:
    """Return the colours (rows, columns, 3) of cells from those of their flagged pixels."""
    from matplotlib.colors import to_rgb

    shown = shown_by_cell(lines, cells, [dqflags.pixel[name] for name in colours])
    flagged = shown.sum(axis=0)
    share = flagged / cells.sizes(lines.shape)
    strength = np.where(flagged, _FAINTEST + (1 - _FAINTEST) * share, 0)
    picture: NDArray[np.float64] = np.array(to_rgb(GOOD)) * (1 - strength[:, :, None])
    for count, colour in zip(shown, colours.values(), strict=True):
        part = strength * count / np.maximum(flagged, 1)
        picture += part[:, :, None] * np.array(to_rgb(colour))
    return picture


def draw_flag(page: Page, slot: Box, source: Source, name: str, *, small: bool = False) -> None:
    """Draw the pixels that have a flag; a cell of several shows how many of them have it."""
    lines, shape = source.flags, source.science.shape
    box = slot.fitted(shape)
    if lines is None:
        _image_axes(page, box, shape, "no PIXELDQ in the file")
        return
    cells = box.cells(shape)
    counts, found = count_samples(lines, 1, cells, dqflags.pixel[name])
    title = f"{name}: {found:,} pixel{'s' * (found != 1)} ({percent(found, lines)})"
    label = "" if cells.single else f"pixels of each {cells}"
    draw_counts(page, box, counts, shape, title, label, colour=FLAGS[name], small=small)


def draw_counts(
    page: Page,
    box: Box,
    counts: NDArray[np.int64],
    shape: tuple[int, ...],
    title: str,
    label: str,
    *,
    colour: str | None,
    small: bool = False,
) -> None:
    """
    Draw a number for each cell (rows, columns): none is a light ground, and more are darker.

    The box has the shape of the image. Without a label there is no colour bar. The largest number
    has the colour; None gives each number one of its own, from early to late. A small image has no
    names of the axes, and few numbers.
    """
    from matplotlib.colors import BoundaryNorm

    most = max(1, int(counts.max()))
    axes = _image_axes(page, box, shape, title)
    if small:
        axes.set(xlabel="", ylabel="")
        axes.locator_params(integer=True, nbins=2)
    norm = BoundaryNorm(np.arange(-0.5, most + 1).tolist(), most + 1)
    image = _show_cells(axes, counts, norm=norm, colours=_shades(colour, most))
    if label:
        step = max(1, int(round_step(most / 3)))
        ticks = [float(n) for n in range(0, most + 1, step)]
        bar = _draw_bar(page, box, image, ticks, unit="")
        bar.set_label(label)
        if colour is None:
            bar.set_ticks(ticks, labels=["never", *(f"{tick:.0f}" for tick in ticks[1:])])


def _shades(colour: str | None, steps: int) -> Colormap:
    """Return a light ground for none, and colours that can be seen from one on."""
    from matplotlib import colormaps
    from matplotlib.colors import ListedColormap, to_rgb

    if colour is None:
        return ListedColormap([GOOD, *colormaps[ORDER](np.linspace(0, 0.95, steps))])
    ground, full = np.array(to_rgb(GOOD)), np.array(to_rgb(colour))
    share = np.linspace(_FAINTEST_ALONE if steps > 1 else 1, 1, steps)[:, None]
    return ListedColormap([GOOD, *(share * full + (1 - share) * ground)])
