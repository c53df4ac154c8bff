"""Exposures that stand out of their batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

# Iglewicz and Hoaglin (1993), How to Detect and Handle Outliers: |z| above 3.5
_LIMIT = 3.5
_TO_SIGMA = 1.4826
_FEWEST = 5
# where nearly all exposures agree, small differences are no news
_LEAST_SPREAD = 0.05


class Outlier(NamedTuple):
    """
    A number of an exposure that is far from the usual one, the median of the batch.

    The quantity is what is counted: ``saturated``, ``flags HOT``, and of a pipeline ``linearity
    saturated``. The score is the distance in standard deviations, estimated from the median one.
    """

    name: str
    quantity: str
    value: float
    usual: float
    score: float

    def __str__(self) -> str:
        value, usual = (f"{100 * share:.3g} %" for share in (self.value, self.usual))
        return f"{self.name}: {self.quantity} {value}, in the others {usual}"


def _numbers(effect: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, float]]:
    """Yield the numbers by which exposures are compared, each with what it is of."""
    for key, value in effect.items():
        if isinstance(value, Mapping):
            yield from _numbers(value, f"{above}{key} ")
        elif value is not None and (key.startswith("fraction") or key.endswith("_change")):
            words = key.removeprefix("fraction").replace("_", " ").strip()
            # the step jump counts jumps
            named = words if above.strip() == words else f"{above}{words}"
            yield named.strip(), float(value)


def find_outliers(
    effects: Mapping[str, Mapping[str, Any]], kinds: Mapping[str, str] | None = None
) -> list[Outlier]:
    """
    Return the exposures that stand out of their batch, each with its farthest number, sorted by it.

    An exposure, by its name, has the numbers of its effect, of a pipeline by step. It is compared
    with those of its kind, such as detector and subarray, when there are five of them; without
    kinds, with all.
    """
    table: dict[tuple[str, str], dict[str, float]] = {}
    for name, effect in effects.items():
        kind = (kinds or {}).get(name, "")
        for quantity, value in _numbers(effect):
            table.setdefault((kind, quantity), {})[name] = value
    worst: dict[str, Outlier] = {}
    for (_, quantity), values in table.items():
        for outlier in _among(quantity, values):
            old = worst.get(outlier.name)
            if old is None or abs(outlier.score) > abs(old.score):
                worst[outlier.name] = outlier
    return sorted(worst.values(), key=lambda outlier: -abs(outlier.score))


def _among(quantity: str, values: Mapping[str, float]) -> Iterator[Outlier]:
    if len(values) < _FEWEST:
        return
    usual = _median(values.values())
    spread = _TO_SIGMA * _median(abs(value - usual) for value in values.values())
    sigma = max(spread, _LEAST_SPREAD * abs(usual), 1e-6)
    for name, value in values.items():
        score = (value - usual) / sigma
        if abs(score) > _LIMIT:
            yield Outlier(name, quantity, value, usual, score)


def _median(values: Iterable[float]) -> float:
    # the module statistics takes longer to import than an exposure to correct
    ordered = sorted(values)
    middle = len(ordered) // 2
    return (ordered[middle] + ordered[~middle]) / 2
