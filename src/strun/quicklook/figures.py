"""The pictures: an exposure with its flags, and what the steps did to it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from strun.blockio.together import publish_bytes
from strun.datamodels.model import JwstDataModel
from strun.errors import OutputError
from strun.quicklook.choice import chosen_panels, panels_of
from strun.quicklook.layout import Layout
from strun.quicklook.source import opened
from strun.quicklook.view import View
from strun.steps import registry

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from strun.steps.step import Step

_KINDS = ("png", "pdf", "svg")

Exposure = str | os.PathLike[str] | JwstDataModel


def draw_exposure(exposure: Exposure) -> Figure:
    """
    Draw an exposure beside its flags.

    Parameters
    ----------
    exposure : str, Path or JwstDataModel
        A file, or a model; arrays on disk stay there.

    Returns
    -------
    Figure
        The last group of the first integration, or count rates, and the flags by name with a
        legend.

    Raises
    ------
    InputError
        When it cannot be read or holds no science array.
    StepError
        When matplotlib is missing.
    """
    return Layout(opened(exposure)).page().figure


def draw_step(
    name: str,
    product: Exposure,
    before: Exposure | None = None,
    *,
    pixel: tuple[int, int] | None = None,
) -> Figure:
    """
    Draw what a step did.

    Parameters
    ----------
    name : str
        Alias or class path of the step.
    product : str, Path or JwstDataModel
        The corrected exposure.
    before : str, Path or JwstDataModel, optional
        The input of the step; without it there is nothing that compares the two.
    pixel : tuple of int, optional
        Column and row, counted from 0, whose ramp is drawn; None takes one that says much.

    Returns
    -------
    Figure
        The panels of the step, without the exposure itself.

    Raises
    ------
    InputError
        When a file cannot be read, has no such pixel, or is another exposure.
    StepError
        When matplotlib is missing.
    """
    view = _view(product, before, pixel)._replace(alone=before is not None)
    panels = [p for p in panels_of(registry.find_class(name)) if view.alone or not p.compares]
    layout = Layout(view.product, panels, whole=False)
    page = layout.page()
    layout.draw_panels(page, view)
    return page.figure


def draw_linearity(
    product: Exposure,
    before: Exposure | None = None,
    *,
    pixel: tuple[int, int] | None = None,
) -> Figure:
    """Draw what the linearity correction did; parameters as of `draw_step`."""
    return draw_step("linearity", product, before, pixel=pixel)


def draw(
    product: Exposure,
    before: Exposure | None = None,
    *,
    pixel: tuple[int, int] | None = None,
    numbers: Mapping[str, Mapping[str, Any]] | None = None,
    steps: Iterable[type[Step]] = (),
) -> Figure:
    """
    Draw all there is to see of a product at a glance.

    Parameters
    ----------
    product : str, Path or JwstDataModel
        A product or any other exposure.
    before : str, Path or JwstDataModel, optional
        The input of the step or pipeline that made it; of count rates, the calibrated ramps.
    pixel : tuple of int, optional
        Column and row, counted from 0, whose ramp is drawn.
    numbers : mapping, optional
        What the run counted, by step, as ``step.effect_of(step.counts).numbers``: count rates then
        need no ramps for flags by group and a fitted ramp.
    steps : iterable of type, optional
        Steps of one's own that made the product.

    Returns
    -------
    Figure
        `draw_exposure`; below it the panels of the steps between the input and the product, or of
        the last step when no input is given. Of count rates: errors, flags by group of the ramps,
        and a ramp with its fitted slope.

    Raises
    ------
    InputError
        When a file cannot be read, has no such pixel, or is another exposure.
    StepError
        When matplotlib is missing.
    """
    view = _view(product, before, pixel)._replace(numbers=numbers or {})
    view, panels = chosen_panels(view, steps)
    layout = Layout(view.product, panels)
    page = layout.page()
    layout.draw_panels(page, view)
    return page.figure


def _view(product: Exposure, before: Exposure | None, pixel: tuple[int, int] | None) -> View:
    old = None if before is None else opened(before)
    view = View(opened(product), old, pixel=pixel)
    view.require_same()
    return view


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
