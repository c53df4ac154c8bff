"""What is known of an input before anything is computed."""

from __future__ import annotations

import os
from typing import NamedTuple


class CheckedInput(NamedTuple):
    """
    What is known of an input before anything is computed.

    Attributes
    ----------
    path : str
        As the user wrote it.
    source : str
        Where it lies.
    product : str or None
        Where its product goes, None when nothing is saved or it cannot be told.
    beside : tuple of str
        Where products that the run has beside go.
    size : int
        Bytes of all products, told from headers.
    kind : str
        Detector and subarray, to compare like with like.
    start : float
        When the exposure began (MJD), where exposures must come one after the other; else 0.
    peak : int
        Bytes that a run will take, 0 when they were not asked for.
    out_of_date : tuple of str or None
        In what the product that is there differs from one made now; empty when it does not, None
        when there is none or nobody asked.
    fault : str
        Why it cannot be run, in one line; empty when it can.
    fault_kind : str
        Name of the error's class.
    """

    path: str
    source: str
    product: str | None = None
    beside: tuple[str, ...] = ()
    size: int = 0
    kind: str = ""
    start: float = 0
    peak: int = 0
    out_of_date: tuple[str, ...] | None = None
    fault: str = ""
    fault_kind: str = ""

    def with_fault(self, text: str, kind: str = "OutputError") -> CheckedInput:
        """Return the same with a fault, unless it has one."""
        return self if self.fault else self._replace(fault=text, fault_kind=kind)


def about_input(error: str, path: str, source: str | None, product: str | None) -> str:
    """Return an error that says which exposure it is about: one that does already is kept."""
    names = (path, source, os.path.basename(source or path), product)
    return error if any(name and name in error for name in names) else f"{path}: {error}"
