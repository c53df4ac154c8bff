"""Which panels a picture gets: those of the steps that made the product."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from strun.provenance.record import STEP
from strun.quicklook.ramp_panels import NAME, ramp_panel
from strun.quicklook.rate_panels import rate_panels
from strun.quicklook.source import Source
from strun.quicklook.view import Panel, View
from strun.steps import registry

if TYPE_CHECKING:
    from strun.steps.step import Step

# in meta.cal_step, where it is not the alias
_STATUS = {"dark_current": "dark_sub"}


def panels_of(step: type[Step]) -> tuple[Panel, ...]:
    """Return the panels that a step names."""
    if step.panels is None:
        return ()
    panels: tuple[Panel, ...] = importlib.import_module(step.panels).PANELS
    return panels


def chosen_panels(view: View, steps: Iterable[type[Step]] = ()) -> tuple[View, list[Panel]]:
    """
    Return the panels of a product, and what they are drawn from.

    Parameters
    ----------
    view : View
        The product, and its input when it is known.
    steps : iterable of type
        Steps that have made it and that the product does not name: a user's own.

    Returns
    -------
    view : View
        It knows whether a single step lies between input and product.
    panels : list of Panel
        Those of the steps after the input; without one, those of the last step.
    """
    if view.product.has_rates:
        return view, rate_panels(view)
    done = [*_done(view), *steps]
    view = view._replace(alone=view.before is not None and len(done) == 1)
    usable = (
        panel for step in done for panel in panels_of(step) if view.alone or not panel.compares
    )
    named = {panel.name: panel for panel in usable}
    asked = view.pixel is not None or (view.before is not None and not done)
    if asked and NAME not in named and view.product.frames[1] > 1:
        named[NAME] = ramp_panel()
    return view, list(named.values())


def _done(view: View) -> list[type[Step]]:
    """Return the steps between input and product in their order, or the last one alone."""
    complete = list(_complete(view.product))
    if view.before is not None:
        before = set(_complete(view.before))
        complete = [name for name in complete if name not in before]
    elif complete:
        complete = [_last(view.product, complete)]
    return [registry.find_class(name, mine=False) for name in complete]


def _complete(source: Source) -> Iterator[str]:
    for alias in registry.ALIASES:
        status = _STATUS.get(alias, alias)
        if source.meta.cal_step.instance.get(status) == "COMPLETE":
            yield alias


def _last(product: Source, complete: list[str]) -> str:
    """Return the step that made a product by its record, or the last that is usually run."""
    header = product.model.header("PRIMARY")
    path = None if header is None else header.get(STEP)
    return next((alias for alias in complete if registry.ALIASES[alias] == path), complete[-1])
