"""Tests of corrections: the same bits however an exposure is cut, alone and in a chain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from strun.blockio.tiles import Tile
from strun.engine.arrays import MemoryArray
from strun.engine.chain import changed_by, needed
from strun.engine.correction import BY_GROUP, BY_INTEGRATION, BY_PIXEL, Block, Correction
from strun.engine.loop import Exposure, Sink
from strun.engine.passes import correct
from strun.engine.plan import Plan, Task
from strun.engine.workers import Workers

_Values: TypeAlias = Mapping[str, NDArray[Any]]
_Result: TypeAlias = tuple[dict[str, NDArray[Any]], list[dict[str, Any]]]
_ARRAYS = (*BY_PIXEL, *BY_GROUP, *BY_INTEGRATION)


def check_correction(correction: Correction, arrays: _Values) -> None:
    """
    Check that a correction names what it works on, and gives the same bits however it is run.

    It is run on the whole exposure at once, then on bands, tiles and runs of groups of many
    sizes, in both orders, by two threads, and between other corrections.

    Parameters
    ----------
    correction : Correction
        From the `prepare` of a step.
    arrays : dict of str to ndarray
        The exposure, by the names of the model's arrays; they are not changed. `data`, `err`
        and `groupdq` are (integrations, groups, rows, columns). Small is enough: some 10 rows
        and columns, two integrations.

    Raises
    ------
    AssertionError
        For what is wrong, in one line.

    Examples
    --------
    >>> with step.open_input("x_uncal.fits") as model:
    ...     arrays = {"data": model.data, "groupdq": model.groupdq, "pixeldq": model.pixeldq}
    ...     check_correction(step.prepare(model), arrays)
    """
    _check_names(correction, arrays)
    named = {name: arrays[name] for name in needed([correction]) if name in arrays}
    chains: dict[str, tuple[list[Correction], _Values]] = {
        "": ([correction], named),
        " in a chain": ([_Neighbor(), correction, _Neighbor()], arrays),
    }
    for where, (chain, values) in chains.items():
        whole = _step_by_step(chain, values)
        for how, plan, threads in _cuts(chain, values):
            found = _run(chain, values, plan, threads)
            _compare(correction, whole, found, f"{where} {how}")


class _Neighbor(Correction):
    """Adds what is beside a pixel: what a chain leaves beyond a tile matters to it."""

    changes = ("data", "groupdq", "pixeldq", "dq")
    reads = _ARRAYS
    halo = 1

    def samples(self, block: Block) -> None:
        if block.data is not None:
            block.data += np.float32(0.5) * _beside(block.data)
        if block.groupdq is not None:
            block.groupdq |= _beside(block.groupdq) & np.uint8(64)

    def pixels(self, block: Block) -> None:
        for array in (block.pixeldq, block.dq):
            if array is not None:
                array |= _beside(array) & np.uint32(1 << 20)


def _beside(values: NDArray[Any]) -> NDArray[Any]:
    """Return the values of the next column and row; the last are their own neighbors."""
    beside = np.concatenate([values[..., 1:], values[..., -1:]], axis=-1)
    return np.concatenate([beside[..., 1:, :], beside[..., -1:, :]], axis=-2)


class _Watched(MemoryArray):
    """An array that nobody may write to who has not named it."""

    def __init__(self, values: NDArray[Any], *, writable: bool) -> None:
        super().__init__(np.ascontiguousarray(values).copy(), keep_source=True)
        self.writable = writable

    def load(self, tile: Tile, groups: slice) -> NDArray[Any]:
        block = super().load(tile, groups)
        block.flags.writeable = self.writable
        return block


def _sizes(arrays: _Values) -> tuple[int, int, tuple[int, int]]:
    """Return groups of all integrations, groups of an integration, rows and columns."""
    sampled = next((arrays[name] for name in BY_GROUP if name in arrays), None)
    if sampled is None:
        ny, nx = next(iter(arrays.values())).shape[-2:]
        return 1, 1, (ny, nx)
    ngroups = sampled.shape[-3] if sampled.ndim > 2 else 1
    ny, nx = sampled.shape[-2:]
    return sampled.size // (ny * nx), ngroups, (ny, nx)


def _run(chain: Sequence[Correction], arrays: _Values, plan: Plan, threads: int = 1) -> _Result:
    """Return arrays and counts of a chain that works on copies."""
    changed = changed_by(chain)
    made = {n: _Watched(values, writable=n in changed) for n, values in arrays.items()}
    blocks: dict[str, _Watched] = dict(made)
    counts = correct(
        Exposure(lambda: dict(blocks), _sizes(arrays)[1]),
        chain,
        [Sink(len(chain), lambda: dict(blocks))],
        cut=plan,
        workers=Workers(threads, 0),
    )
    return {n: array.values.reshape(arrays[n].shape) for n, array in made.items()}, counts


def _plain(correction: Correction, arrays: _Values) -> Plan:
    """Return the whole image, by integrations where the correction does not ask for all."""
    groups, ngroups, (ny, nx) = _sizes(arrays)
    task = Task(Tile(slice(0, ny), slice(0, nx)), slice(0, groups))
    return Plan([task], max(1, groups) if correction.whole_exposure else ngroups)


def _step_by_step(chain: Sequence[Correction], arrays: _Values) -> _Result:
    """Return arrays and counts when each correction works alone, on what it names."""
    values, counts = dict(arrays), []
    for each in chain:
        named = {name: values[name] for name in needed([each]) if name in values}
        changed, counted = _run([each], named, _plain(each, values))
        values |= changed
        counts += counted
    return values, counts


def _check_names(correction: Correction, arrays: _Values) -> None:
    """Check that a correction works with what it names, and changes what it says."""
    name = type(correction).__name__
    unknown = sorted(set(needed([correction])) - set(_ARRAYS))
    assert not unknown, f"{name} names {', '.join(unknown)}, expected some of {', '.join(_ARRAYS)}"
    named = {n: arrays[n] for n in needed([correction]) if n in arrays}
    assert named, f"{name} names none of the arrays that are given ({', '.join(arrays)})"
    try:
        _run([correction], named, _plain(correction, named))
    except (AttributeError, TypeError, ValueError) as err:
        raise AssertionError(
            f"{name} fails when it is given only the arrays that it names "
            f"(changes {', '.join(correction.changes)}; reads {', '.join(correction.reads)}), "
            f"those that it reads read-only: {err}"
        ) from err


def _tiles(ny: int, nx: int, rows: int, columns: int) -> Iterator[Tile]:
    for top in range(0, ny, rows):
        for left in range(0, nx, columns):
            bottom, right = min(top + rows, ny), min(left + columns, nx)
            yield Tile(slice(top, bottom), slice(left, right))


def _cuts(chain: Sequence[Correction], arrays: _Values) -> Iterator[tuple[str, Plan, int]]:
    """Yield ways to cut an exposure: in words, the plan, and how many threads work."""
    groups, ngroups, (ny, nx) = _sizes(arrays)
    whole_ramp = any(each.whole_ramp for each in chain)
    whole_exposure = any(each.whole_exposure for each in chain)
    least = groups if whole_exposure else ngroups if whole_ramp else 1
    for rows, columns in ((ny, nx), (1, nx), (3, nx), (2, 3), (ny // 2 + 1, nx // 2 + 1)):
        for together in (least,) if least > 1 else sorted({1, 3, groups}):
            tasks = [Task(tile, slice(0, groups)) for tile in _tiles(ny, nx, rows, columns)]
            how = f"in tiles of {rows} x {columns}, {together} groups at a time"
            yield how, Plan(tasks, together), 1
    tasks = [Task(tile, slice(0, groups)) for tile in _tiles(ny, nx, 2, nx)]
    yield "from the last tile to the first", Plan(tasks[::-1], least), 1
    yield "by two threads", Plan(tasks, least), 2
    if not (whole_exposure or any(each.has_finish for each in chain)):
        runs = [slice(first, min(first + least, groups)) for first in range(0, groups, least)]
        everywhere = Tile(slice(0, ny), slice(0, nx))
        for threads in (1, 2):
            tasks = [Task(everywhere, run) for run in runs]
            yield f"in {len(runs)} runs of groups by {threads} threads", Plan(tasks, least), threads


def _compare(correction: Correction, expected: _Result, found: _Result, how: str) -> None:
    name = type(correction).__name__
    for array, values in expected[0].items():
        width = f"u{values.itemsize}"
        differ = values.view(width) != found[0][array].view(width)
        if differ.any():
            place = tuple(np.argwhere(differ)[0].tolist())
            raise AssertionError(
                f"{name}: {int(differ.sum())} values of {array} differ between the whole image and "
                f"a run{how} (the first at {place}); does it look beyond its halo of "
                f"{correction.halo}, change itself, or read an array that it does not name?"
            )
    if expected[1] != found[1]:
        raise AssertionError(
            f"{name}: counts differ between the whole image ({expected[1]}) and a run{how} "
            f"({found[1]}); does it count beyond `block.core`?"
        )
