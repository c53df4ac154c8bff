"""What reference pixels say of the drift of a group of MIRI: arrays only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jwst.refpix.layout import Layout
from jwst.refpix.statistics import clipped_mean

OUTPUTS = 4
_MIDDLE = 516


class Outputs:
    """
    The drift of the four outputs, which read every fourth column each, from the good pixels.

    With `by_parity` odd and even rows have drifts of their own. It is `complete` when every output
    has good pixels at both sides; jwst corrects none otherwise.
    """

    def __init__(
        self, layout: Layout, good: NDArray[np.bool_], *, by_parity: bool, limit: float
    ) -> None:
        self.limit = limit
        parity = layout.rows % 2 if by_parity else np.zeros_like(layout.rows)
        right = layout.columns >= _MIDDLE
        self._parts = [
            [
                [
                    np.nonzero(good & (parity == p) & (layout.columns % 4 == n) & side)[0]
                    for side in (~right, right)
                ]
                for n in range(OUTPUTS)
            ]
            for p in (0, 1)[: 1 + by_parity]
        ]
        self.complete = all(len(side) for p in self._parts for output in p for side in output)

    def drifts(self, values: NDArray[np.float32]) -> NDArray[np.float64]:
        """
        Return the drifts of an integration since its first group, (groups, 2, outputs), in DN.

        `values` are (groups, pixels of the border); of both parities the first is that of odd rows,
        which begin with the first one.
        """
        found = np.zeros((len(values), 2, OUTPUTS))
        if not self.complete:
            return found
        for number, group in enumerate(values[1:], 1):
            since = group - values[0]
            table = [[self._one(since, output) for output in p] for p in self._parts]
            found[number] = (table[0], table[-1])
        return found

    def _one(self, values: NDArray[np.float32], sides: list[NDArray[np.intp]]) -> np.float64:
        left, right = (clipped_mean(values[places], self.limit) for places in sides)
        # every output has good pixels
        assert left is not None
        assert right is not None
        return np.float64(0.5 * (left + right))


def subtract_from_ramp(
    data: NDArray[np.float32], drifts: NDArray[np.float64], rows: slice, columns: slice
) -> None:
    """
    Subtract the drifts of an integration from its groups, in place.

    Parameters
    ----------
    data : ndarray of float32
        (groups, rows, columns), in DN.
    drifts : ndarray of float64
        From `Outputs.drifts`.
    rows, columns : slice
        Where the data lie in the full frame.
    """
    first = data[0].copy()
    # the differences are rounded to float32: so the bits depend on it where nothing drifts, too
    data -= first
    narrow = drifts.astype(np.float32)
    table = narrow if np.array_equal(narrow, drifts) else drifts
    output = np.arange(columns.start, columns.stop) % OUTPUTS
    for parity in (0, 1):
        some = data[:, (parity - rows.start) % 2 :: 2]
        np.subtract(some, table[:, parity][:, None, output], out=some, casting="same_kind")
    data += first
