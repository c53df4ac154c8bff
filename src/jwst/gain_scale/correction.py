"""The scaling by a gain factor on blocks of count rates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strun.engine.correction import Block, Correction, Counts

RATES = ("data", "err")
VARIANCES = ("var_poisson", "var_rnoise")


class GainScaleCorrection(Correction):
    """
    Multiplies count rates and errors by a factor (GAINFACT), variances by its square.

    `arrays` are those of `RATES` and `VARIANCES` that the exposure has.
    """

    heavy = False

    def __init__(self, factor: float, arrays: Sequence[str]) -> None:
        self.factor = factor
        self.changes = tuple(arrays)

    def scale(self, values: NDArray[np.float32], name: str) -> None:
        """Scale an array by its name, in place; the product is rounded to float32 once."""
        values *= self.factor**2 if name in VARIANCES else self.factor

    def samples(self, block: Block) -> Counts | None:
        """Scale all arrays."""
        for name in self.changes:
            self.scale(getattr(block, name), name)
        return {"rates_scaled": block.data[(slice(None), *block.core)].size}

    def concluded(self, totals: dict[str, Any]) -> dict[str, Any]:
        """Return what was counted, and the factor."""
        return totals | {"factor": self.factor}


class RateScaling(GainScaleCorrection):
    """Scales the rates that a correction before this one has fitted, by GAINFACT too."""

    def __init__(self, factor: float) -> None:
        super().__init__(factor, ())

    def samples(self, block: Block) -> Counts | None:
        """Scale the rates of the exposure and of its integrations."""
        for product in ("rate", "rateints"):
            for name in (*RATES, *VARIANCES):
                self.scale(block.results[f"{product}_{name}"], name)
        return {"rates_scaled": block.results["rateints_data"].size}
