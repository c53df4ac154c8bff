"""Metadata of a product that are known when all of its blocks are corrected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel
    from strun.engine.correction import Correction


def reserve_keywords(model: JwstDataModel, correction: Correction) -> None:
    """Give metadata whose values come last a place in the header: a number is one card."""
    for path in correction.reserved:
        model[path] = 0


def values_of(
    corrections: Iterable[Correction], totals: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """
    Return the metadata that follow from what was counted over the whole exposure.

    Parameters
    ----------
    corrections : iterable of Correction
        That a product went through.
    totals : iterable of dict
        What each of them counted.

    Returns
    -------
    dict
        Path to value, None for metadata that are to be left out.
    """
    found: dict[str, Any] = {}
    for correction, counted in zip(corrections, totals, strict=False):
        if correction.reserved:
            values = correction.keywords(counted)
            found |= {path: values.get(path) for path in correction.reserved}
    return found
