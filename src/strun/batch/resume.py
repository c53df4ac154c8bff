"""Whether an exposure's product is there already, made from the same things."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from strun.blockio.source import primary_header
from strun.errors import StrunError
from strun.provenance.record_check import differences, expected
from strun.steps import inputs

if TYPE_CHECKING:
    from strun.batch.exposure import Exposure
    from strun.datamodels.model import JwstDataModel
    from strun.steps.step import Step

__all__ = ["look_at_product", "stale"]


def look_at_product(step: Step, model: JwstDataModel, exposure: Exposure) -> dict[str, Any]:
    """
    Say in what the product of an exposure differs from one that would be made now.

    Parameters
    ----------
    step : Step
        With its parameters.
    model : JwstDataModel
        The exposure, opened.
    exposure : Exposure
        What is known of it.

    Returns
    -------
    dict
        `stale` of the exposure: empty when it need not be made again.
    """
    if exposure.product is None or not os.path.lexists(exposure.product):
        return {}
    return {"stale": tuple(_differences(step, model, exposure.source, exposure.product))}


def stale(step: Step, path: str, product: str) -> list[str]:
    """Return in what a product differs from the one that a step would make of an input."""
    source = inputs.input_path(step, path)
    with inputs.opened(step, source) as model:
        return _differences(step, model, source, product)


def _differences(step: Step, model: JwstDataModel, source: str, product: str) -> list[str]:
    place = product if step.streams else None
    record = expected(step, model, source=source, product=place, older=product)
    found = differences(record, product)
    if step.checksum and not found and "CHECKSUM" not in primary_header(product):
        return ["CHECKSUM is missing, and --checksum asks for it"]
    return found or _damage(step, product)


def _damage(step: Step, product: str) -> list[str]:
    """Return which of the sums that a product carries does not hold, when that is asked for."""
    try:
        inputs.verified(step, product)
    except StrunError as err:
        return [str(err)]
    return []
