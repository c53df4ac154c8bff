"""The memory that a run will take, told from headers alone."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel
    from strun.engine.correction import Correction
    from strun.steps.step import Step

__all__ = ["Prediction", "predict", "predicted_peak", "resident"]

# a block in native order, the raw bytes that it is read from, and those that it is written as
_READ, _WRITTEN = 2, 3
# what a run takes besides its arrays: headers, buffers of the system, modules loaded late
_REST = 3 << 20
# what a new process holds when it has loaded a step (measured)
_FRESH = 30 << 20
# of its parent's memory, what a forked worker touches (measured)
_FORKED = 0.87
# arrays in memory: the exposure, and what a step makes of it beside
_IN_MEMORY = 1.3
_PLANE_VALUE = 4


class Prediction(NamedTuple):
    """
    Memory of a run.

    Attributes
    ----------
    peak : int
        Bytes of the largest process.
    processes : int
        How many there are, the first included.
    """

    peak: int
    processes: int


class _Sizes(NamedTuple):
    """What a plan must know of an array."""

    shape: tuple[int, int, int]
    itemsize: int


def resident() -> int:
    """Return the bytes that this process holds now."""
    try:
        with open("/proc/self/statm", encoding="ascii") as stream:
            return int(stream.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        import resource
        import sys

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak << 10


def _sizes(model: JwstDataModel, names: list[str]) -> dict[str, _Sizes]:
    import math

    import numpy as np

    found = {}
    for name in names:
        shape = model.array_shape(name)
        if shape is None:
            shape = model.default_shape(name)
        if shape is not None and len(shape) > 1:
            cube = (math.prod(shape[:-2]), shape[-2], shape[-1])
            found[name] = _Sizes(cube, np.dtype(model.arrays[name].dtype).itemsize)
    return found


def _buffers(
    correction: Correction, arrays: Mapping[str, _Sizes], *, rows: int, frames: int
) -> int:
    """Return the bytes of the blocks of one worker, and of what its correction holds."""
    from strun.engine.cutting import SAMPLES

    total = 0
    for name, (shape, itemsize) in arrays.items():
        together = frames if name in SAMPLES else 1 if name == "zeroframe" else shape[0]
        copies = _WRITTEN if name in correction.changes else _READ
        total += copies * itemsize * together * rows * shape[2]
    nx = next(iter(arrays.values())).shape[2] if arrays else 0
    return total + int(correction.planes * _PLANE_VALUE * rows * nx)


def predict(
    step: Step,
    model: JwstDataModel,
    correction: Correction | None,
    *,
    may_fork: bool = False,
    base: int | None = None,
) -> Prediction:
    """
    Return the memory that a run of a step on an exposure will take.

    Parameters
    ----------
    step : Step
        With its parameters.
    model : JwstDataModel
        The exposure; none of its arrays is read.
    correction : Correction or None
        From the step's `prepare`; None when the step is skipped, or works in memory.
    may_fork : bool, optional
        Whether the run may fork workers, as the command line does for one exposure.
    base : int, optional
        Bytes that the process holds before; what this one holds now when None.
    """
    from strun.engine.cutting import cut, needed, ngroups_of
    from strun.engine.workers import choose

    base = resident() if base is None else base
    every = _sizes(model, [name for name in model.arrays if model.has_array(name)])
    if not step.streams:
        whole = sum(_bytes(array) for array in every.values())
        return Prediction(base + _REST + int(_IN_MEMORY * whole), 1)
    if correction is None:
        return Prediction(base + _REST, 1)
    arrays = _sizes(model, needed(model, correction))
    size = sum(_bytes(array) for array in arrays.values())
    crew = choose(size, heavy=correction.heavy, may_fork=may_fork)
    plan = cut(arrays, correction, ngroups_of(model), budget=crew.block_bytes, workers=crew.hands)
    rows = max(band.rows.stop - band.rows.start for band in plan.bands)
    longest = max(band.frames.stop - band.frames.start for band in plan.bands)
    frames = min(plan.frames_per_block, longest)
    one = _buffers(correction, arrays, rows=rows, frames=frames)
    if crew.kind == "fork":
        return Prediction(int(_FORKED * base) + one, 1 + crew.hands)
    return Prediction(base + _REST + one * (crew.hands if crew.kind == "thread" else 1), 1)


def _bytes(array: _Sizes) -> int:
    frames, rows, columns = array.shape
    return frames * rows * columns * array.itemsize


def predicted_peak(step: Step, model: JwstDataModel) -> int:
    """
    Return the bytes that a run in a process of its own will take.

    Parameters
    ----------
    step : Step
        With its parameters; it opens its references, and reads their headers only.
    model : JwstDataModel
        The exposure.

    Raises
    ------
    StrunError
        When a reference cannot be used.
    """
    correction = step.prepare(model) if step.streams and not step.skip else None
    # a notebook may hold much more than a new process does
    return predict(step, model, correction, base=min(resident(), _FRESH)).peak
