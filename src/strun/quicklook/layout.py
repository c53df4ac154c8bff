"""Where images and panels stand on a page."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from strun.quicklook.images import draw_flag, draw_flags, draw_values
from strun.quicklook.reduce import flag_counts
from strun.quicklook.source import Source
from strun.quicklook.view import Box, Page, Panel, View

if TYPE_CHECKING:
    from matplotlib.figure import Figure

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
# characters of a line of the heading
_LONGEST = 170
_OPTICS = ("filter", "pupil", "grating", "channel", "band")


def _heading(source: Source) -> str:
    """Return target, instrument, optics and kind; below them the file, and its steps by status."""
    meta = source.meta
    optics = [getattr(meta.instrument, name) for name in _OPTICS]
    parts = [
        meta.target.catalog_name or meta.target.proposer_name,
        " ".join(str(p) for p in (meta.instrument.name, meta.instrument.detector) if p),
        " ".join(str(o) for o in optics if o and o != "N/A"),
        " ".join(str(p) for p in (meta.exposure.type, meta.subarray.name) if p),
    ]
    steps: dict[str, list[str]] = {}
    for name, status in source.meta.cal_step.instance.items():
        if isinstance(status, str):
            steps.setdefault(status.lower(), []).append(name)
    done = "; ".join(f"{status}: {', '.join(names)}" for status, names in sorted(steps.items()))
    text = f"{source.name}   ({done})" if done else source.name
    below = wrap(text, _LONGEST) if len(text) > _LONGEST else [text]
    return "\n".join(["   ".join(part for part in parts if part), *below])


class Layout:
    """
    The places of an exposure's images, beside each other or as strips below each other, and panels.

    Image and flags are drawn when it is to be whole, or the panels alone.
    """

    def __init__(self, view: View, panels: Sequence[Panel] = (), *, whole: bool = True) -> None:
        self.view = view
        self.source = source = view.product
        self.panels = panels
        self.whole = whole
        ny, nx = source.science.shape[-2:]
        self.wide = nx / ny > _WIDE
        self.strip = int(Box(0, 0, _STRIP, _TALLEST_STRIP).fitted((ny, nx)).height)
        self.counts = {} if source.flags is None or not whole else flag_counts(source.flags)
        self.longer = _ENTRY * max(0, len(self.counts) - _ENTRIES)
        self.heading = _heading(source)
        self.top = _TOP + _LINE * max(0, self.heading.count("\n") - 1)

    def figure(self) -> Figure:
        """Return the page with heading, images and panels drawn."""
        page = Page(_WIDTH, self._below() + (_PANEL + _BETWEEN) * self._rows())
        page.figure.suptitle(self.heading, y=1 - 8 / page.height, va="top", fontsize="large")
        if self.whole:
            self._draw_exposure(page)
        self._draw_panels(page)
        return page.figure

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
        source, plane, mean = self.source, self.source.frames[1] - 1, self.source.has_rates
        title = f"SCI, {source.shown}"
        # the brightest of a cell; of rates the mean, so that noise and NaN do not hide the rest
        draw_values(page, self._slot(0), source.science, title, source.unit, plane=plane, mean=mean)
        handles = draw_flags(page, self._slot(1), source, self.counts)
        if handles:
            page.legend(handles, _LEGEND, self.top, "pixels by flag (the rarest is on top)")
        if "DO_NOT_USE" in self.counts:
            small = Box(_LEGEND + 40, self.top + _SQUARE - _SMALL + self.longer, _SMALL, _SMALL)
            slot = self._slot(2) if self.wide else small
            draw_flag(page, slot, source, "DO_NOT_USE", small=not self.wide)

    def _draw_panels(self, page: Page) -> None:
        """Draw the panels, from left to right; maps of a wide exposure above the others."""
        strip = self._strips() - sum(panel.is_map for panel in self.panels)
        place = 0
        for panel in self.panels:
            if self.wide and panel.is_map:
                panel.draw(page, self._slot(strip), self.view)
                strip += 1
                continue
            row, column = divmod(place, 3)
            top = self._below() + row * (_PANEL + _BETWEEN)
            panel.draw(page, Box(_LEFT + column * _PITCH, top, _PANEL, _PANEL), self.view)
            place += 1
