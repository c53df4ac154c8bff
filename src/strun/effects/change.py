"""How much a correction changed the samples: the largest change, and a sample of the changes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from strun.engine.correction import Block

__all__ = ["FAINTEST", "Largest", "Lattice", "concluded", "relative_changes"]

FAINTEST = 100.0
"""Below it, in DN, read noise makes any relative change: such samples are left out."""

# enough for a median, and so few that most blocks have none
_LINES = 32
_COLUMNS = 1024

Seen = tuple[list[NDArray[Any]], "NDArray[Any] | None"]


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
    """
    The largest relative change, of either sign, of all samples that were seen.

    Attributes
    ----------
    value : float
        0 when none of them changed.
    """

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


class Lattice:
    """
    A sample of an exposure's samples: about 32 rows of frames, and up to 1024 columns of each.

    The rows are spread over all frames and rows. It depends on the exposure's shape alone, so
    that what is found does not depend on how the exposure is cut into blocks.

    Parameters
    ----------
    shape : tuple of int
        Of the exposure's data; the last two axes are rows and columns.

    Examples
    --------
    >>> seen = lattice.look(block)
    >>> block.data *= 1.01
    >>> counts = lattice.counts(seen)
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        self._ny = shape[-2]
        self._count = math.prod(shape[:-1])
        step = max(1, self._count // _LINES)
        # with a common divisor, only some of the rows would ever be looked at
        while math.gcd(step, self._ny) > 1:
            step += 1
        self._step = step
        self.columns = slice(None, None, -(-shape[-1] // _COLUMNS))

    def lines(self) -> Iterator[int]:
        """Yield the numbers of its rows, counted through all frames."""
        yield from range(0, self._count, self._step)

    def _views(self, block: Block) -> list[NDArray[Any]]:
        """Return its samples in the core of a block."""
        views = []
        top, left = (t.start + c.start for t, c in zip(block.tile, block.core, strict=True))
        every = self.columns.step
        columns = slice(-left % every, None, every)
        for number, plane in enumerate(block.data[(..., *block.core)], block.groups.start):
            first = -(number * self._ny + top) % self._step
            if first < len(plane):
                views.append(plane[first :: self._step, columns])
        return views

    def look(self, block: Block) -> Seen:
        """Return what its samples in a block are; to be called before they change."""
        views = self._views(block)
        return views, np.concatenate(views) if views else None

    def counts(self, seen: Seen) -> dict[str, Any]:
        """
        Return the relative changes of samples since they were seen, for `concluded`.

        Parameters
        ----------
        seen : tuple
            From `look`, of a block whose `data` was corrected in place.
        """
        views, before = seen
        if before is None:
            return {}
        return {"changes": (relative_changes(before, np.concatenate(views)),)}


def concluded(totals: dict[str, Any]) -> dict[str, Any]:
    """
    Return totals with the median of the lattice's changes in the place of these.

    Parameters
    ----------
    totals : dict
        With `changes`, from `Lattice.counts`.

    Returns
    -------
    dict
        ``median_change``, and ``samples_median``: how many samples it is the median of.
    """
    changes = np.concatenate(totals.get("changes") or [np.empty(0)])
    found = {name: value for name, value in totals.items() if name != "changes"}
    if changes.size:
        # numpy's median imports numpy.ma, which takes longer
        ordered, middle = np.sort(changes), changes.size // 2
        median = (float(ordered[middle]) + float(ordered[~middle])) / 2
        found |= {"median_change": median, "samples_median": changes.size}
    return found
