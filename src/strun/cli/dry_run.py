"""What a run would do, told and not done."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from strun import __version__
from strun.parameters.precedence import DEFAULT
from strun.steps import registry
from strun.steps.planning import RunPlan, plan_run

if TYPE_CHECKING:
    from strun.steps.step import Step

__all__ = ["tell_plan"]

_LABEL = 11


def _parameters(step: Step) -> Iterator[tuple[str, str]]:
    """Yield each parameter and where it comes from; what somebody said comes first."""
    names = [name for name, parameter in step.parameters.items() if parameter.check]
    names.sort(key=lambda name: name not in step.origins)
    for name in names:
        yield f"{name} = {step.value_of(name)}", step.origins.get(name, DEFAULT)


def _product(plan: RunPlan, *, saved: bool) -> str:
    if not saved:
        return "none, save_results is false"
    there = "takes the place of an older one" if os.path.exists(plan.product) else "new"
    return f"{os.path.abspath(plan.product)} ({there}, {plan.size / 1e6:.1f} MB)"


def _lines(step: Step, plan: RunPlan, *, saved: bool) -> Iterator[tuple[str, str]]:
    yield "step", f"{registry.class_path(type(step))}, strun {__version__}"
    yield "input", f"{os.path.abspath(plan.source)} ({plan.exposure})"
    parameters = list(_parameters(step))
    width = min(48, max(len(text) for text, _ in parameters))
    for text, origin in parameters:
        yield "parameter", f"{text:<{width}}  {origin}"
    for kind, choice in step.references.items():
        name = choice.reference if choice.is_file else choice.name
        yield "reference", f"{kind}: {name or 'none'}  ({choice.reason})"
    if plan.status == "SKIPPED":
        yield "status", "the step would be skipped"
    yield "product", _product(plan, saved=saved)
    yield "memory", f"{plan.memory / 1e6:.0f} MB"


def tell_plan(step: Step, path: str, *, saved: bool) -> None:
    """
    Print what a run would do; only headers are read and nothing is written.

    Parameters
    ----------
    step : Step
        With its parameters.
    path : str
        The exposure.
    saved : bool
        Whether the product would be saved.

    Raises
    ------
    StrunError
        For all that the run would stop at before its first block.
    """
    # numpy is part of the memory that is told
    import numpy as np  # noqa: F401

    plan = plan_run(step, path)
    last = ""
    for label, text in _lines(step, plan, saved=saved):
        click.echo(f"{label if label != last else '':<{_LABEL}} {text}".rstrip())
        last = label
