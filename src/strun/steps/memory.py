"""The memory that a run will take, told from headers alone."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from strun.engine.chain import changed_by, needed, ngroups_of, passes, require_arrays
from strun.engine.correction import BY_GROUP, BY_INTEGRATION, Correction
from strun.engine.plan import plan_for
from strun.engine.workers import choose

if TYPE_CHECKING:
    import numpy as np

    from strun.datamodels.model import JwstDataModel

# a block in native order, the raw bytes that it is read from, and those that it is written as
_READ, _WRITTEN = 2, 3
# what a run takes besides its arrays: headers, buffers of the system, modules loaded late
_REST = 3 << 20
FRESH = 30 << 20
"""Bytes that a new process holds when it has loaded a step (measured)."""
# arrays in memory: the exposure, and what a step makes of it beside
_IN_MEMORY = 1.3
_PLANE_VALUE = 4


class _Sizes(NamedTuple):
    """What a plan must know of an array."""

    shape: tuple[int, int, int]
    dtype: np.dtype[Any]


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
    import numpy as np

    found = {}
    for name in names:
        shape = model.array_shape(name)
        if shape is None:
            shape = model.default_shape(name)
        if shape is not None and len(shape) > 1:
            cube = (math.prod(shape[:-2]), shape[-2], shape[-1])
            found[name] = _Sizes(cube, np.dtype(model.arrays[name].dtype))
    return found


def _buffers(
    corrections: Sequence[Correction],
    arrays: Mapping[str, _Sizes],
    *,
    rows: int,
    columns: int,
    groups: int,
) -> int:
    """Return the bytes of the blocks of one worker, and of what its corrections hold."""
    changed = changed_by(corrections)
    around = 2 * sum(each.halo for each in corrections)
    widest = max((array.shape[2] for array in arrays.values()), default=0)
    pixels = (rows + around) * min(columns + around, widest)
    total = 0
    for name, (shape, dtype) in arrays.items():
        together = groups if name in BY_GROUP else 1 if name in BY_INTEGRATION else shape[0]
        copies = _WRITTEN if name in changed else _READ
        total += copies * dtype.itemsize * together * pixels
    planes = sum(each.planes for each in corrections)
    return total + int(planes * _PLANE_VALUE * pixels)


def predict(
    model: JwstDataModel,
    corrections: Sequence[Correction],
    *,
    streams: bool,
    base: int | None = None,
) -> int:
    """
    Return the memory that a run of a step on an exposure will take; none of its arrays is read.

    There are no corrections when the step is skipped, or works in memory: it streams when it works
    block by block. `base` is the bytes that the process holds before; what this one holds now when
    None.
    """
    base = resident() if base is None else base
    every = _sizes(model, [name for name in model.arrays if model.has_array(name)])
    if not streams:
        return base + _REST + int(_IN_MEMORY * sum(_bytes(array) for array in every.values()))
    if not corrections:
        return base + _REST
    base += sum(each.held for each in corrections)
    arrays = _sizes(model, require_arrays(model, corrections))
    each = [_of_pass(model, corrections, part, arrays) for part in passes(corrections)]
    return base + _REST + max(each)


def _of_pass(
    model: JwstDataModel,
    corrections: Sequence[Correction],
    part: slice,
    every: Mapping[str, _Sizes],
) -> int:
    """Return the bytes of one pass, and of what looks at whole groups after it."""
    mine = corrections[part]
    named = {*needed(mine), *changed_by(corrections[: part.start])}
    arrays = {name: array for name, array in every.items() if name in named}
    size = sum(_bytes(array) for array in arrays.values())
    workers = choose(size, heavy=sum(each.heavy for each in mine))
    plan = plan_for(arrays, mine, ngroups_of(model), workers.block_bytes, workers.threads)
    rows = max(task.tile.shape[0] for task in plan.tasks)
    columns = max(task.tile.shape[1] for task in plan.tasks)
    longest = max(task.groups.stop - task.groups.start for task in plan.tasks)
    groups = min(plan.groups_per_block, longest)
    one = _buffers(mine, arrays, rows=rows, columns=columns, groups=groups)
    _, ny, nx = next(iter(arrays.values())).shape
    planes = sum(each.frame_planes for each in mine if each.whole_frames)
    frames = planes * _PLANE_VALUE * ny * nx
    # freed blocks are kept by the allocator
    return one * min(workers.threads, len(plan.tasks)) + int(frames)


def _bytes(array: _Sizes) -> int:
    frames, rows, columns = array.shape
    return frames * rows * columns * array.dtype.itemsize
