"""What a step adds to a picture: panels, and the page, place and view that they are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from strun.errors import StepError
from strun.quicklook.reduce import Cells
from strun.quicklook.source import Source

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
        """Return the smallest cells of an image that fills it: none is smaller than a pixel."""
        ny, nx = shape[-2:]
        return Cells(-(-ny // int(self.height)), -(-nx // int(self.width)))

    def fitted(self, shape: tuple[int, ...]) -> Box:
        """Return where an image goes in it: as large as can be, with square pixels, centred."""
        ny, nx = shape[-2:]
        scale = min(self.width / nx, self.height / ny)
        width = max(nx * scale, min(_THINNEST, self.width))
        height = max(ny * scale, min(_THINNEST, self.height))
        return Box(self.left + (self.width - width) / 2, self.top, width, height)


class Page:
    """
    A figure laid out in its own pixels, so that no cell of an image gets lost between them.

    Raises StepError when matplotlib is missing.
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


class View(NamedTuple):
    """
    What a picture is drawn from.

    Attributes
    ----------
    product : Source
        The exposure that is drawn.
    before : Source or None
        The input of the step, or of the pipeline, that made it.
    alone : bool
        Whether nothing but the step whose panels these are lies between both.
    pixel : tuple of int or None
        Column and row, from 0, whose ramp is asked for.
    numbers : mapping
        What the run counted, by step, as in `Effect.numbers`; empty when the run is not known.
    """

    product: Source
    before: Source | None = None
    alone: bool = False
    pixel: tuple[int, int] | None = None
    numbers: Mapping[str, Mapping[str, Any]] = {}

    @property
    def ramps(self) -> Source | None:
        """The calibrated ramps: the exposure itself, or those that its rates were fitted to."""
        for source in (self.product, self.before):
            if source is not None and source.group_flags is not None:
                return source
        return None


class Panel(NamedTuple):
    """
    A part of a picture that a step names in the `PANELS` of its module.

    Attributes
    ----------
    name : str
        Of several panels with one name only the last is drawn.
    draw : callable
        Draws it: called with the page, its place and what is known.
    is_map : bool
        Whether it is an image: of a wide exposure it is as wide as the page.
    compares : bool
        Whether it needs the input of the step, and nothing but the step in between.
    """

    name: str
    draw: Callable[[Page, Box, View], None]
    is_map: bool = False
    compares: bool = False
