"""How a detector is read out in stripes: which of its lines make an image, in which order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strun.errors import InputError

DETECTOR_LINES = 2048
"""Lines of a detector that can be read in stripes."""


@dataclass(frozen=True)
class Stripes:
    """
    How the detector was read out in stripes; all counts are of lines along the slow axis.

    Attributes
    ----------
    reads1, skips1 : int
        MSTR_RD1, MSTR_SK1: lines read first (reference pixels), then skipped.
    reads2, skips2 : int
        MSTR_RD2, MSTR_SK2: lines of a stripe, and between two stripes.
    repeat : int
        MSTR_RPT: above 0 the read-out goes back to its beginning after each stripe.
    interleave : int
        MSTR_ILV: not 0 when each stripe after going back lies farther on.
    step : int
        SSTR_STP: from one superstripe to the next.
    count : int
        SSTR_NST: superstripes, 0 when an integration holds all stripes.
    fastaxis, slowaxis : int
        FASTAXIS, SLOWAXIS: 1 for columns, 2 for rows, negative when read backwards.
    subarray : str
        SUBARRAY.
    """

    fastaxis: int
    slowaxis: int
    reads1: int = 0
    skips1: int = 0
    reads2: int = 0
    skips2: int = 0
    repeat: int = 0
    interleave: int = 0
    step: int = 0
    count: int = 0
    subarray: str = ""

    def __post_init__(self) -> None:
        if {abs(self.fastaxis), abs(self.slowaxis)} != {1, 2}:
            raise InputError(
                f"FASTAXIS is {self.fastaxis} and SLOWAXIS {self.slowaxis}, expected one of them "
                "1 or -1 and the other 2 or -2"
            )
        if self.length < 1:
            raise InputError(
                f"stripes have {self.length} lines (MSTR_RD2 {self.reads2}, SSTR_STP {self.step}), "
                "expected 1 or more"
            )
        if not 0 <= self.count <= DETECTOR_LINES:
            raise InputError(
                f"SSTR_NST is {self.count} superstripes, expected 0 to {DETECTOR_LINES}; correct it"
            )

    @property
    def slow_rows(self) -> bool:
        """Whether lines are rows; else they are columns."""
        return abs(self.fastaxis) == 1

    @property
    def length(self) -> int:
        """Lines of one stripe."""
        return self.step if self.reads2 <= 0 and self.count > 0 else self.reads2

    def lines(self, first: int, total: int) -> NDArray[np.intp]:
        """
        Return which lines of the detector a read-out has.

        Parameters
        ----------
        first : int
            Line that it begins at, from 0, in the order of reading.
        total : int
            Lines that an image has.

        Returns
        -------
        ndarray of intp
            (superstripes or 1, total), in the order of reading.

        Raises
        ------
        InputError
            When the stripes do not fill an image.
        """
        if max(self.reads1, self.length) > total:
            raise self._unfilled(total)
        found = [self._lines(first, total, stripe) for stripe in range(max(1, self.count))]
        return np.array(found, np.intp)

    def _lines(self, first: int, total: int, stripe: int) -> list[int]:
        lines = list(range(first, first + self.reads1))
        head = first + max(0, self.reads1) + self.skips1 + self.step * stripe
        lines += range(head, head + self.length)
        further = self.skips1
        while len(lines) < total:
            head += self.length + self.skips2
            if self.repeat > 0:
                lines += range(first, first + self.reads1)
                further += self.length + self.skips2
                skips = further if self.interleave else self.skips1 + self.step * stripe
                head = first + max(0, self.reads1) + skips
            lines += range(head, head + self.length)
        if len(lines) != total:
            raise self._unfilled(total)
        return lines

    def _unfilled(self, total: int) -> InputError:
        return InputError(
            f"stripes of {self.reads1} + {self.length} lines do not fill the {total} lines of the "
            "image; check the MSTR_ keywords and the image's size"
        )
