"""A picture laid out in its own pixels, so that no cell of an image gets lost between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from strun.errors import StepError
from strun.quicklook.reduce import Cells, cells_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

_DPI = 110
# an image that would be thinner is drawn with pixels that are not square
_THINNEST = 110


class Box(NamedTuple):
    """A place on a page, in pixels from its upper left corner."""

    left: float
    top: float
    width: float
    height: float

    def cells(self, shape: tuple[int, ...]) -> Cells:
        """Return the cells of an image that fills it: none is smaller than a pixel."""
        return cells_for(shape, most=(int(self.height), int(self.width)))


def fitted(slot: Box, shape: tuple[int, ...]) -> Box:
    """
    Return where an image goes in a slot: as large as it can be, with square pixels, centred.

    Parameters
    ----------
    slot : Box
        The room for it.
    shape : tuple of int
        The last two are rows and columns.
    """
    ny, nx = shape[-2:]
    scale = min(slot.width / nx, slot.height / ny)
    width = max(nx * scale, min(_THINNEST, slot.width))
    height = max(ny * scale, min(_THINNEST, slot.height))
    return Box(slot.left + (slot.width - width) / 2, slot.top, width, height)


class Page:
    """
    A figure of so many pixels.

    Raises
    ------
    StepError
        When matplotlib is missing.
    """

    def __init__(self, width: int, height: int) -> None:
        try:
            from matplotlib.figure import Figure
        except ImportError as err:
            raise StepError(
                "matplotlib is not installed, and pictures need it; pip install 'strun[plot]'"
            ) from err
        self.width = width
        self.height = height
        self.figure: Figure = Figure(figsize=(width / _DPI, height / _DPI), dpi=_DPI)

    def axes(self, box: Box) -> Axes:
        """Return axes that fill a box."""
        return self.figure.add_axes(
            (
                box.left / self.width,
                1 - (box.top + box.height) / self.height,
                box.width / self.width,
                box.height / self.height,
            )
        )

    def heading(self, text: str) -> None:
        """Write two lines at the top."""
        self.figure.suptitle(text, y=1 - 8 / self.height, va="top", fontsize="large")

    def text(self, left: float, top: float, words: str) -> None:
        """Write small words, centred, from a place on downwards."""
        x, y = left / self.width, 1 - top / self.height
        self.figure.text(x, y, words, ha="center", va="top", fontsize="small")

    def legend(self, handles: list[Patch], left: float, top: float, title: str) -> None:
        """Explain colours, from a place on downwards."""
        legend = self.figure.legend(
            handles=handles,
            loc="upper left",
            bbox_to_anchor=(left / self.width, 1 - top / self.height),
            borderaxespad=0,
            frameon=False,
            title=title,
            alignment="left",
        )
        legend.get_title().set_fontsize("small")
