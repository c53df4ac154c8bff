"""Where images and panels stand on a page."""

from __future__ import annotations

from collections.abc import Sequence

from strun.quicklook.flag_images import draw_flag, draw_flags
from strun.quicklook.images import draw_image
from strun.quicklook.page import Box, Page, fitted
from strun.quicklook.reduce import flag_counts
from strun.quicklook.source import Source
from strun.quicklook.view import Panel, View
from strun.quicklook.words import heading

# pixels of the page
_WIDTH = 1720
_LEFT, _TOP = 80, 92
_LINE = 22
_SQUARE = 520
_SECOND = _LEFT + _SQUARE + 175
_STRIP = 1080
_TALLEST_STRIP = 400
_LEGEND = 1320
# under the legend: a small image, and the flags that leave room for it
_SMALL = 200
_ENTRIES = 11
_ENTRY = 25
_BETWEEN = 84
# of panels, three beside each other; room for the colour bar of one and the numbers of the next
_PANEL = 390
_PITCH = 575
# wider than this, images stand above each other
_WIDE = 3.0


class Layout:
    """
    The places of an exposure's images, beside each other or as strips below each other, and panels.

    Parameters
    ----------
    source : Source
        The exposure.
    panels : sequence of Panel, optional
        What stands below its images.
    whole : bool, optional
        Whether image and flags are drawn, or the panels alone.
    """

    def __init__(self, source: Source, panels: Sequence[Panel] = (), *, whole: bool = True) -> None:
        self.source = source
        self.panels = panels
        self.whole = whole
        ny, nx = source.science.shape[-2:]
        self.wide = nx / ny > _WIDE
        strip = fitted(Box(0, 0, _STRIP, _TALLEST_STRIP), (ny, nx))
        self.strip = int(strip.height)
        self.counts = {} if source.flags is None or not whole else flag_counts(source.flags)
        self.longer = _ENTRY * max(0, len(self.counts) - _ENTRIES)
        self.heading = heading(source)
        self.top = _TOP + _LINE * max(0, self.heading.count("\n") - 1)

    def page(self) -> Page:
        """Return the page with its heading, images and the places of its panels drawn."""
        page = Page(_WIDTH, self._below() + _PANEL * self._rows() + _BETWEEN * self._rows())
        page.heading(self.heading)
        if self.whole:
            self._draw_exposure(page)
        return page

    def _strips(self) -> int:
        """Return how many images stand above each other."""
        own = (3 if "DO_NOT_USE" in self.counts else 2) if self.whole else 0
        return own + sum(panel.is_map for panel in self.panels)

    def _below(self) -> int:
        """Return where the panels begin."""
        if self.wide:
            return self.top + self._strips() * (self.strip + _BETWEEN)
        return self.top + (_SQUARE + self.longer + _BETWEEN if self.whole else 0)

    def _rows(self) -> int:
        """Return in how many rows the panels stand."""
        count = sum(not (self.wide and panel.is_map) for panel in self.panels)
        return -(-count // 3)

    def _slot(self, number: int) -> Box:
        """Return the room for one of the images."""
        if self.wide:
            return Box(_LEFT, self.top + number * (self.strip + _BETWEEN), _STRIP, self.strip)
        return Box(_SECOND if number else _LEFT, self.top, _SQUARE, _SQUARE)

    def _draw_exposure(self, page: Page) -> None:
        """Draw image, flags and legend; pixels not to be used, which the other flags hide."""
        draw_image(page, self._slot(0), self.source)
        handles = draw_flags(page, self._slot(1), self.source, self.counts)
        if handles:
            page.legend(handles, _LEGEND, self.top, "pixels by flag (the rarest is on top)")
        if "DO_NOT_USE" in self.counts:
            small = Box(_LEGEND + 40, self.top + _SQUARE - _SMALL + self.longer, _SMALL, _SMALL)
            slot = self._slot(2) if self.wide else small
            draw_flag(page, slot, self.source, "DO_NOT_USE", small=not self.wide)

    def draw_panels(self, page: Page, view: View) -> None:
        """Draw the panels, from left to right; maps of a wide exposure above the others."""
        strip = self._strips() - sum(panel.is_map for panel in self.panels)
        place = 0
        for panel in self.panels:
            if self.wide and panel.is_map:
                panel.draw(page, self._slot(strip), view)
                strip += 1
                continue
            row, column = divmod(place, 3)
            top = self._below() + row * (_PANEL + _BETWEEN)
            panel.draw(page, Box(_LEFT + column * _PITCH, top, _PANEL, _PANEL), view)
            place += 1
