"""The pictures: an exposure with its flags, and what the steps that made it did to it."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from strun.blockio.together import publish_bytes
from strun.datamodels.model import JwstDataModel
from strun.errors import InputError, OutputError
from strun.provenance.record import STEP
from strun.quicklook.layout import Layout
from strun.quicklook.ramp_panels import NAME, ramp_panel
from strun.quicklook.rate_panels import rate_panels
from strun.quicklook.source import Source, opened
from strun.quicklook.view import Panel, View
from strun.steps import registry

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from strun.steps.step import Step

_KINDS = ("png", "pdf", "svg")
# in meta.cal_step, where it is not the alias
_STATUS = {"dark_current": "dark_sub"}

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
    return Layout(View(opened(exposure))).figure()


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
    return Layout(view, panels, whole=False).figure()


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
    return Layout(*chosen_panels(view, steps)).figure()


def _view(product: Exposure, before: Exposure | None, pixel: tuple[int, int] | None) -> View:
    """
    Return what a picture is drawn from.

    Raises InputError when the input has not the shape of the product, or of the ramps of its rates.
    """
    view = View(opened(product), None if before is None else opened(before), pixel=pixel)
    if view.before is None:
        return view
    old, new = view.before.science.shape, view.product.science.shape
    # an image of rates may be of several integrations
    fits = old[-2:] == new[-2:] if view.product.has_rates else old == new
    if not fits:
        raise InputError(
            f"{view.before.name} has shape {old} and {view.product.name} {new}: they are not "
            "the same exposure; give the input of the step"
        )
    return view


def panels_of(step: type[Step]) -> tuple[Panel, ...]:
    """Return the panels that a step names."""
    module, _, name = (step.panels or "").partition(":")
    return tuple(getattr(importlib.import_module(module), name or "PANELS")) if module else ()


def chosen_panels(view: View, steps: Iterable[type[Step]] = ()) -> tuple[View, list[Panel]]:
    """
    Return the panels of a product, and what they are drawn from.

    They are those of the steps after the input, or of the last step when none is given; of rates
    their own. Steps of a user, which the product does not name, are given; the view that is
    returned knows whether a single step lies between input and product.
    """
    if view.product.has_rates:
        return view, rate_panels(view)
    done = [*_done(view), *steps]
    view = view._replace(alone=view.before is not None and len(done) == 1)
    named = {
        panel.name: panel
        for step in done
        for panel in panels_of(step)
        if view.alone or not panel.compares
    }
    asked = view.pixel is not None or (view.before is not None and not done)
    if asked and NAME not in named and view.product.frames[1] > 1:
        named[NAME] = ramp_panel()
    return view, list(named.values())


def _done(view: View) -> list[type[Step]]:
    """Return the steps between input and product in their order, or the last one alone."""
    done = _complete(view.product)
    if view.before is not None:
        before = _complete(view.before)
        done = [name for name in done if name not in before]
    elif done:
        # by the record of the product, or the one that is usually run last
        header = view.product.model.header("PRIMARY")
        path = None if header is None else header.get(STEP)
        done = [next((name for name in done if registry.ALIASES[name] == path), done[-1])]
    return [registry.find_class(name, mine=False) for name in done]


def _complete(source: Source) -> list[str]:
    """Return the steps that have made an exposure, in the order of their pipeline."""
    status = source.meta.cal_step.instance
    return [name for name in registry.ALIASES if status.get(_STATUS.get(name, name)) == "COMPLETE"]


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
