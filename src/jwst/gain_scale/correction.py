"""The scaling by a gain factor on blocks of count rates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jwst.gain_scale.scaling import scale
from strun.engine.correction import Block, Correction, Counts

if TYPE_CHECKING:
    from collections.abc import Sequence

RATES = ("data", "err")
VARIANCES = ("var_poisson", "var_rnoise")


class GainScaleCorrection(Correction):
    """
    Multiplies count rates and errors by a factor, variances by its square.

    Parameters
    ----------
    factor : float
        GAINFACT.
    arrays : sequence of str
        Those of `RATES` and `VARIANCES` that the exposure has.
    """

    heavy = False

    def __init__(self, factor: float, arrays: Sequence[str]) -> None:
        self.factor = factor
        self.changes = tuple(arrays)

    def samples(self, block: Block) -> Counts | None:
        """Scale all arrays."""
        for name in self.changes:
            scale(getattr(block, name), self.factor, variance=name in VARIANCES)
        return {"rates_scaled": block.data[(slice(None), *block.core)].size}

    def concluded(self, totals: dict[str, Any]) -> dict[str, Any]:
        """Return what was counted, and the factor."""
        return totals | {"factor": self.factor}


class RateScaling(Correction):
    """
    Scales the rates that a correction before this one has fitted.

    Parameters
    ----------
    factor : float
        GAINFACT.
    """

    heavy = False

    def __init__(self, factor: float) -> None:
        self.factor = factor

    def samples(self, block: Block) -> Counts | None:
        """Scale the rates of the exposure and of its integrations."""
        for product in ("rate", "rateints"):
            for name in (*RATES, *VARIANCES):
                scale(block.results[f"{product}_{name}"], self.factor, variance=name in VARIANCES)
        return {"rates_scaled": block.results["rateints_data"].size}

    def concluded(self, totals: dict[str, Any]) -> dict[str, Any]:
        """Return what was counted, and the factor."""
        return totals | {"factor": self.factor}
