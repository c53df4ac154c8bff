"""Flags of pixels on a page, by their colours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from strun.datamodels import dqflags
from strun.quicklook.images import draw_bar, image_axes, show_cells
from strun.quicklook.page import Box, Page, fitted
from strun.quicklook.palette import FLAGS, GOOD, ORDER, flag_colours
from strun.quicklook.reduce import Cells, cell_sizes, count_flag, shown_by_cell
from strun.quicklook.source import Lines, Source
from strun.quicklook.stretch import round_step
from strun.quicklook.words import cell_note, percent

if TYPE_CHECKING:
    from matplotlib.colors import Colormap
    from matplotlib.patches import Patch

# of a colour: a single pixel of a cell is seen, and few of them do not look like all
_FAINTEST = 0.12
_FAINTEST_ALONE = 0.3


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
        image_axes(page, box, shape, "no PIXELDQ or DQ of an exposure")
        return []
    cells = box.cells(shape)
    colours = flag_colours(counts)
    name = "PIXELDQ" if source.lines("PIXELDQ") is not None else "DQ"
    axes = image_axes(page, box, shape, f"{name}{cell_note(cells, 'flags')}")
    if colours:
        show_cells(axes, _mixed(lines, cells, colours), norm=None, colours=None)
    total = lines.shape[-1] * lines.shape[-2]
    return [
        Patch(color=colours[name], label=f"{name}  {count:,} ({percent(count, total)})")
        for name, count in counts.items()
    ]


def _mixed(lines: Lines, cells: Cells, colours: Mapping[str, str]) -> NDArray[np.float64]:
    """Return the colours (rows, columns, 3) of cells from those of their flagged pixels."""
    from matplotlib.colors import to_rgb

    shown = shown_by_cell(lines, cells, [dqflags.pixel[name] for name in colours])
    flagged = shown.sum(axis=0)
    share = flagged / cell_sizes(lines.shape, cells)
    strength = np.where(flagged, _FAINTEST + (1 - _FAINTEST) * share, 0)
    picture: NDArray[np.float64] = np.array(to_rgb(GOOD)) * (1 - strength[:, :, None])
    for count, colour in zip(shown, colours.values(), strict=True):
        part = strength * count / np.maximum(flagged, 1)
        picture += part[:, :, None] * np.array(to_rgb(colour))
    return picture


def _shades(colour: str | None, steps: int) -> Colormap:
    """Return a light ground for none, and colours that can be seen from one on."""
    from matplotlib import colormaps
    from matplotlib.colors import ListedColormap, to_rgb

    if colour is None:
        return ListedColormap([GOOD, *colormaps[ORDER](np.linspace(0, 0.95, steps))])
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
    lines, shape = source.flags, source.science.shape
    box = fitted(slot, shape)
    if lines is None:
        image_axes(page, box, shape, "no PIXELDQ in the file")
        return
    cells = box.cells(shape)
    counts = count_flag(lines, cells, dqflags.pixel[name])
    found, total = int(counts.sum()), lines.shape[-1] * lines.shape[-2]
    words = f"{found:,} pixel{'s' * (found != 1)} ({percent(found, total)})"
    label = "" if cells.single else f"pixels of each {cells.rows} x {cells.columns}"
    colour = FLAGS[name]
    draw_counts(page, box, counts, shape, f"{name}: {words}", label, colour=colour, small=small)


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
    Draw a number for each cell: none is a light ground, and more are darker.

    Parameters
    ----------
    page : Page
        The picture.
    box : Box
        Where: it has the shape of the image.
    counts : ndarray of int64
        (rows, columns) of cells.
    shape : tuple of int
        Of the array; the last two are rows and columns of the image.
    title : str
        What is counted.
    label : str
        Of the colour bar; there is none without a label.
    colour : str or None
        Of the largest number; None gives each number one of its own, from early to late.
    small : bool, optional
        Without the names of the axes, and with few numbers.
    """
    from matplotlib.colors import BoundaryNorm

    most = max(1, int(counts.max()))
    axes = image_axes(page, box, shape, title)
    if small:
        axes.set(xlabel="", ylabel="")
        axes.locator_params(integer=True, nbins=2)
    norm = BoundaryNorm(np.arange(-0.5, most + 1).tolist(), most + 1)
    image = show_cells(axes, counts, norm=norm, colours=_shades(colour, most))
    if label:
        step = max(1, int(round_step(most / 3)))
        ticks = [float(n) for n in range(0, most + 1, step)]
        bar = draw_bar(page, box, image, label, ticks)
        if colour is None:
            bar.set_ticks(ticks, labels=["never", *(f"{tick:.0f}" for tick in ticks[1:])])
