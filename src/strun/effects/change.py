"""How much a correction changed the samples."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

FAINTEST = 100.0
"""Below it, in DN, read noise makes any relative change: such samples are left out."""


def relative_changes(before: NDArray[Any], after: NDArray[Any]) -> NDArray[np.float32]:
    """
    Return after / before - 1 of the samples that changed, from 100 DN on; the finite ones.

    Parameters
    ----------
    before, after : ndarray of float32
        Samples in DN, of the same shape.
    """
    bright = (before >= FAINTEST) & (before != after)
    old = before[bright]
    with np.errstate(all="ignore"):
        changes: NDArray[np.float32] = (after[bright] - old) / old
    return changes[np.isfinite(changes)]


class Largest:
    """The largest relative change, of either sign, of all samples seen; 0 when none changed."""

    def __init__(self) -> None:
        self.value = 0.0

    def see(self, before: NDArray[np.float32], after: NDArray[np.float32]) -> None:
        """Take in samples before and after their correction."""
        with np.errstate(all="ignore"):
            # too small only where a sample is left out anyway
            bound = np.abs(after - before) / np.maximum(before, np.float32(FAINTEST))
        if np.fmax.reduce(bound, axis=None, initial=0) > self.value:
            self.value = float(
                np.abs(relative_changes(before, after)).max(initial=np.float32(self.value))
            )

    def counts(self) -> dict[str, Any]:
        """Return what is counted: nothing when no sample changed."""
        return {"max_change": self.value} if self.value else {}
