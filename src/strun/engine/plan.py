"""How an exposure is cut into tiles of the image and blocks of groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from strun.blockio.tiles import Tile
from strun.engine.correction import BY_GROUP, Correction

# of blocks with all groups: so that numpy's calls pay, and little of a tile is halo
LEAST_PIXELS = 1 << 15
LEAST_ROWS = 16
LARGEST_TILE = 12 << 20
# of tiles that need no whole ramp: planes of references take more memory than their groups
MOST_PIXELS = 1 << 16


class Task(NamedTuple):
    """A tile of the image, and some of all groups of all integrations: the work of one go."""

    tile: Tile
    groups: slice


class Plan(NamedTuple):
    """Tasks in order, and how many groups of a task are one block."""

    tasks: list[Task]
    groups_per_block: int

    def blocks(self, task: Task) -> Iterator[slice]:
        """Yield the groups of each block of a task."""
        for first in range(task.groups.start, task.groups.stop, self.groups_per_block):
            yield slice(first, min(first + self.groups_per_block, task.groups.stop))


def _cuts(total: int, step: int) -> list[slice]:
    return [slice(first, min(first + step, total)) for first in range(0, total, step)]


def _tiles(shape: tuple[int, int, int], itemsize: int, *, budget: int, workers: int) -> Plan:
    """Cut the image into tiles that have all groups."""
    groups, ny, nx = shape
    least = min(LEAST_PIXELS, LARGEST_TILE // (itemsize * groups))
    pixels = max(budget // (itemsize * groups), least, 1)
    # few rows are mostly halo: rather fewer columns
    rows = min(ny, max(pixels // nx, LEAST_ROWS))
    columns = min(nx, max(1, pixels // rows))
    if columns == nx:
        rows = -(-ny // (-(-ny // (rows * workers)) * workers))
    else:
        columns = -(-nx // -(-nx // columns))
    return Plan(
        [
            Task(Tile(band, part), slice(0, groups))
            for band in _cuts(ny, rows)
            for part in _cuts(nx, columns)
        ],
        groups,
    )


def plan(
    shape: tuple[int, int, int],
    itemsize: int,
    *,
    budget: int,
    workers: int = 1,
    together: int | None = None,
    tiles_only: bool = False,
    whole: bool = False,
) -> Plan:
    """
    Cut an exposure into bands of rows, and small images into runs of groups.

    The shape is (groups of all integrations, rows, columns), `itemsize` that of the largest array,
    a block of which may take `budget` bytes; one row is always taken. Where the exposure is large
    enough there are as many tasks as workers. A block holds `together` groups at once: those of an
    integration, or all. With `tiles_only` a task has all groups of its tile; with `whole` a block
    has, which may then have some of the columns, and be larger than the budget.
    """
    groups, ny, nx = shape
    if whole and groups:
        return _tiles(shape, itemsize, budget=budget, workers=workers)
    everything, whole_rows = slice(0, groups), slice(0, nx)
    least = together or 1
    row_bytes = itemsize * nx
    rows = max(1, min(ny, budget // max(1, row_bytes * least)))
    if together is None:
        rows = min(rows, max(1, MOST_PIXELS // max(1, nx)))
    if rows < ny:
        # as many bands for each worker, of about the same size
        bands = -(-ny // (rows * max(1, workers))) * max(1, workers)
        rows = -(-ny // bands)
        tasks = [Task(Tile(cut, whole_rows), everything) for cut in _cuts(ny, rows)]
        return Plan(tasks, together or max(1, budget // max(1, rows * row_bytes)))
    image = Tile(slice(0, ny), whole_rows)
    per_block = together or max(1, budget // max(1, ny * row_bytes))
    if tiles_only or not groups:
        return Plan([Task(image, everything)], per_block)
    blocks = -(-groups // per_block)
    per_task = -(-blocks // max(1, workers)) * per_block
    return Plan([Task(image, cut) for cut in _cuts(groups, per_task)], per_block)


def plan_for(
    arrays: Any,  # noqa: ANN401 - names to anything with a shape and a dtype
    corrections: Sequence[Correction],
    ngroups: int,
    budget: int,
    workers: int,
) -> Plan:
    """Cut an exposure so that a block of its widest array takes the budget."""
    sampled = [name for name in BY_GROUP if name in arrays]
    if not sampled:
        _, ny, nx = next(iter(arrays.values())).shape
        return plan((1, ny, nx), 4, budget=budget, workers=workers)
    widest = max(arrays[name].dtype.itemsize for name in sampled)
    return plan(
        arrays[sampled[0]].shape,
        widest,
        budget=budget,
        workers=workers,
        together=ngroups if any(each.whole_ramp for each in corrections) else None,
        tiles_only=any(each.has_finish for each in corrections),
        whole=any(each.whole_exposure for each in corrections),
    )
