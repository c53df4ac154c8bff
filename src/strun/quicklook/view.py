"""What a step adds to a picture: panels, and what they are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from strun.errors import InputError
from strun.quicklook.page import Box, Page
from strun.quicklook.source import Source


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

    def require_same(self) -> None:
        """
        Refuse an input of another exposure.

        Raises
        ------
        InputError
            When its shape is not that of the product, or of the ramps of its rates.
        """
        if self.before is None:
            return
        old, new = self.before.science.shape, self.product.science.shape
        fits = old == new
        if self.product.has_rates:
            # an image of rates may be of several integrations
            fits = old[-2:] == new[-2:]
        if not fits:
            raise InputError(
                f"{self.before.name} has shape {old} and {self.product.name} {new}: they are not "
                "the same exposure; give the input of the step"
            )


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
