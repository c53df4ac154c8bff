"""The pictures: an exposure with its flags, and what the linearity correction did to it."""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING

from strun.blockio.atomic import publish_bytes
from strun.datamodels.model import JwstDataModel
from strun.errors import OutputError
from strun.quicklook import linearity_panels as linear
from strun.quicklook.counting import flag_counts
from strun.quicklook.page import Box, Page, fitted
from strun.quicklook.panels import draw_flag, draw_flags, draw_image
from strun.quicklook.ramps import choose_pixel, read_ramp, relative_changes
from strun.quicklook.source import Source, opened
from strun.quicklook.words import heading

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw", "draw_exposure", "draw_linearity", "save"]

_KINDS = ("png", "pdf", "svg")
# pixels of the page
_WIDTH = 1720
_LEFT, _TOP = 80, 92
_SQUARE = 520
_SECOND = _LEFT + _SQUARE + 175
_STRIP = 1080
_TALLEST_STRIP = 400
_LEGEND = 1320
# under the legend: a small image, and the flags that leave room for it
_SMALL = 200
_ENTRIES = 12
_ENTRY = 24
_BETWEEN = 84
_LOWER = 400
# wider than this, images stand above each other
_WIDE = 3.0


def draw_exposure(exposure: str | os.PathLike[str] | JwstDataModel) -> Figure:
    """
    Draw an exposure beside its flags.

    Parameters
    ----------
    exposure : str, Path or JwstDataModel
        A file, or a model; arrays on disk stay there.

    Returns
    -------
    Figure
        The last group of the first integration, and the flags by name with a legend.

    Raises
    ------
    InputError
        When it cannot be read or holds no science array.
    StepError
        When matplotlib is missing.
    """
    source = opened(exposure)
    layout = _Layout(source)
    page = Page(_WIDTH, layout.height())
    page.heading(heading(source))
    layout.draw_exposure(page)
    return page.figure


class _Layout:
    """Where the images of an exposure stand: beside each other, or as strips below each other."""

    def __init__(self, source: Source) -> None:
        self.source = source
        ny, nx = source.science.shape[-2:]
        self.wide = nx / ny > _WIDE
        strip = fitted(Box(0, 0, _STRIP, _TALLEST_STRIP), (ny, nx))
        self.strip = int(strip.height)
        self.counts = {} if source.flags is None else flag_counts(source.flags, 0)
        self.strips = 3 if "DO_NOT_USE" in self.counts else 2
        self._longer = _ENTRY * max(0, len(self.counts) - _ENTRIES)

    def height(self, more: int = 0) -> int:
        """Return the height of the page, with so many more strips."""
        if self.wide:
            return _TOP + (self.strips + more) * (self.strip + _BETWEEN)
        return _TOP + _SQUARE + self._longer + _BETWEEN - 24

    def slot(self, number: int) -> Box:
        """Return the room for an image."""
        if self.wide:
            top = _TOP + number * (self.strip + _BETWEEN)
            return Box(_LEFT, top, _STRIP, self.strip)
        return Box(_SECOND if number else _LEFT, _TOP, _SQUARE, _SQUARE)

    def draw_exposure(self, page: Page) -> None:
        """Draw image, flags and legend; pixels not to be used, which the other flags hide."""
        draw_image(page, self.slot(0), self.source)
        handles = draw_flags(page, self.slot(1), self.source, self.counts)
        if handles:
            page.legend(handles, _LEGEND, _TOP, "pixels by flag (the rarest is on top)")
        if "DO_NOT_USE" in self.counts:
            top = _TOP + _SQUARE - _SMALL + self._longer
            small = Box(_LEGEND + 40, top, _SMALL, _SMALL)
            slot = self.slot(2) if self.wide else small
            draw_flag(page, slot, self.source, "DO_NOT_USE", small=not self.wide)


def draw_linearity(
    product: str | os.PathLike[str] | JwstDataModel,
    before: str | os.PathLike[str] | JwstDataModel | None = None,
    *,
    pixel: tuple[int, int] | None = None,
) -> Figure:
    """
    Draw what the linearity correction did.

    Parameters
    ----------
    product : str, Path or JwstDataModel
        The corrected exposure.
    before : str, Path or JwstDataModel, optional
        The input of the step; without it there is neither a ratio nor a histogram.
    pixel : tuple of int, optional
        Column and row, counted from 0, whose ramp is drawn; None takes the brightest good one.

    Returns
    -------
    Figure
        Pixels flagged NO_LIN_CORR, the ramp of a pixel before and after with the ratio below,
        and the histogram of relative changes.

    Raises
    ------
    InputError
        When a file cannot be read, has no such pixel, or is another exposure.
    StepError
        When matplotlib is missing.
    """
    source = opened(product)
    page = Page(_WIDTH, _TOP + _LOWER + _BETWEEN - 24)
    page.heading(heading(source))
    old = None if before is None else opened(before)
    draw_flag(page, Box(_LEFT, _TOP, _LOWER, _LOWER), source, "NO_LIN_CORR")
    _draw_ramps(page, (_LEFT + _LOWER + 215, _TOP), source, old, pixel)
    return page.figure


def _draw_ramps(
    page: Page,
    corner: tuple[int, int],
    source: Source,
    before: Source | None,
    pixel: tuple[int, int] | None,
) -> None:
    """Draw a ramp, and beside it the histogram when the input is known."""
    left, top = corner
    ramp = read_ramp(source, pixel or choose_pixel(source))
    if before is None:
        linear.draw_ramp(page, Box(left, top, 430, _LOWER), ramp, None)
        return
    changes = relative_changes(before, source)
    old = read_ramp(before, (ramp.x, ramp.y))
    linear.draw_ramp(page, Box(left, top, 430, 255), ramp, old)
    linear.draw_ratio(page, Box(left, top + 270, 430, 130), ramp, old)
    total = math.prod(source.science.shape)
    linear.draw_changes(page, Box(left + 530, top, 400, _LOWER), changes, total)


def draw(
    product: str | os.PathLike[str] | JwstDataModel,
    before: str | os.PathLike[str] | JwstDataModel | None = None,
    *,
    pixel: tuple[int, int] | None = None,
) -> Figure:
    """
    Draw all there is to see of a product at a glance.

    Parameters
    ----------
    product : str, Path or JwstDataModel
        A product or any other exposure.
    before : str, Path or JwstDataModel, optional
        The input of the step that made it.
    pixel : tuple of int, optional
        Column and row, counted from 0, whose ramp is drawn.

    Returns
    -------
    Figure
        `draw_exposure`, with `draw_linearity` below it when that step was done, or when an input
        or a pixel is given.

    Raises
    ------
    InputError
        When a file cannot be read, has no such pixel, or is another exposure.
    StepError
        When matplotlib is missing.
    """
    source = opened(product)
    corrected = source.meta.cal_step.linearity == "COMPLETE"
    if not (corrected or before is not None or pixel is not None):
        return draw_exposure(product)
    layout = _Layout(source)
    above = layout.height(1) + (0 if layout.wide else 40)
    page = Page(_WIDTH, above + _LOWER + _BETWEEN - 24)
    page.heading(heading(source))
    layout.draw_exposure(page)
    old = None if before is None else opened(before)
    if layout.wide:
        draw_flag(page, layout.slot(layout.strips), source, "NO_LIN_CORR")
        _draw_ramps(page, (_LEFT + 40, above), source, old, pixel)
    else:
        draw_flag(page, Box(_LEFT, above, _LOWER, _LOWER), source, "NO_LIN_CORR")
        _draw_ramps(page, (_LEFT + _LOWER + 215, above), source, old, pixel)
    return page.figure


def save(figure: Figure, path: str | os.PathLike[str]) -> str:
    """
    Write a figure to a file, which appears when it is complete.

    Parameters
    ----------
    figure : Figure
        From one of the functions here.
    path : str or Path
        Its extension says the kind: png (also without one), pdf or svg.

    Returns
    -------
    str
        Where it was written.

    Raises
    ------
    OutputError
        When it cannot be written there.
    """
    import io
    import warnings

    target = os.fspath(path)
    kind = os.path.splitext(target)[1].lstrip(".").lower() or "png"
    if kind not in _KINDS:
        raise OutputError(f"{target}: a picture can be {', '.join(_KINDS)}; change the extension")
    # made in memory first: drawing fails before anything is written
    picture = io.BytesIO()
    with warnings.catch_warnings():
        # names may have characters that no font has
        warnings.filterwarnings("ignore", "Glyph", UserWarning)
        figure.savefig(picture, format=kind)
    publish_bytes(target, picture.getvalue())
    return target
