"""Whether an exposure's product is there already, made from the same things."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from strun.blockio.source import primary_header
from strun.errors import StrunError
from strun.steps import inputs
from strun.steps.prepared_run import opened_run
from strun.steps.records import expected

if TYPE_CHECKING:
    from strun.batch.checked_input import CheckedInput
    from strun.steps.prepared_run import PreparedRun
    from strun.steps.step import Step


def check_product(run: PreparedRun, found: CheckedInput) -> dict[str, Any]:
    """Find out in what the product of an exposure differs from one that would be made now."""
    if found.product is None or not os.path.lexists(found.product):
        return {}
    return {"out_of_date": tuple(_differences(run, found.product))}


def out_of_date(step: Step, path: str, product: str) -> list[str]:
    """Return in what a product, or one beside it, differs from what a step would make now."""
    with opened_run(step, path) as run:
        return _differences(run, product)


def _differences(run: PreparedRun, product: str) -> list[str]:
    beside = run.planned[1:] if run.step.streams else []
    for path, other in [(product, None), *((each.path, each.other) for each in beside)]:
        if not os.path.exists(path):
            return [f"{path} is missing"]
        if other is not None:
            found = list(other.differences())
        else:
            found = _differences_of(run, path, partial=path != product)
        if found:
            return [t if path == product or path in t else f"{path}: {t}" for t in found]
    return []


def _differences_of(run: PreparedRun, product: str, *, partial: bool) -> list[str]:
    step = run.step
    place = product if step.streams else None
    record = expected(step, run.model, source=run.source, product=place, older=product)
    found = record.differences(product, partial=partial)
    if step.checksum and not found and "CHECKSUM" not in primary_header(product):
        return ["CHECKSUM is missing, and --checksum asks for it"]
    return found or _damage(step, product)


def _damage(step: Step, product: str) -> list[str]:
    """Return which checksum of a product is wrong, when that is asked for."""
    try:
        inputs.verified(step, product)
    except StrunError as err:
        return [str(err)]
    return []
