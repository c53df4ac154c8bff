"""The loop over blocks against a plain one: never a bit of difference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from example_corrections import (
    KINDS,
    NGROUPS,
    NINTS,
    NX,
    NY,
    SHAPE,
    WHOLE,
    Accumulate,
    AllGroups,
    Border,
    Pixels,
    Place,
    Smear,
    Values,
    ZeroFrames,
    make_arrays,
    plain,
)

from strun.blockio.tiles import Tile
from strun.engine.arrays import MemoryArray
from strun.engine.chain import Totals
from strun.engine.correction import Correction
from strun.engine.loop import Arrays, Exposure, Sink
from strun.engine.passes import correct
from strun.engine.plan import MOST_PIXELS, Plan, Task, plan
from strun.engine.workers import Workers

GROUPS = NINTS * NGROUPS


def run(
    chain: Sequence[Correction], cut: Plan, *, threads: int = 1, positions: Sequence[int] = ()
) -> tuple[dict[int, Values], list[Totals]]:
    """Return what is stored after some corrections and after all, and what was counted."""
    source = make_arrays()
    stored = {p: make_arrays() for p in {*positions, len(chain)}}

    def opened(values: Values) -> Arrays:
        return {name: MemoryArray(array, keep_source=True) for name, array in values.items()}

    sinks = [Sink(p, lambda values=values: opened(values)) for p, values in stored.items()]
    exposure = Exposure(lambda: opened(source), NGROUPS)
    return stored, correct(exposure, chain, sinks, cut=cut, workers=Workers(threads, 0))


def tiles(rows: int, columns: int, together: int) -> Plan:
    """Return a plan of tiles."""
    found = [
        Tile(slice(y, min(y + rows, NY)), slice(x, min(x + columns, NX)))
        for y in range(0, NY, rows)
        for x in range(0, NX, columns)
    ]
    return Plan([Task(tile, slice(0, GROUPS)) for tile in found], together)


def runs(per_task: int, together: int) -> Plan:
    """Return a plan of tasks that have some groups of the whole image."""
    starts = range(0, GROUPS, per_task)
    return Plan([Task(WHOLE, slice(s, min(s + per_task, GROUPS))) for s in starts], together)


def assert_same(found: Values, expected: Values) -> None:
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], values, err_msg=name)


def chains() -> Iterator[list[Correction]]:
    """Yield chains of all kinds of corrections in random orders."""
    rng = np.random.default_rng(15)
    for length in (1, 2, 3, 3, 4, 4, 5, 6):
        for _ in range(3):
            yield [KINDS[kind]() for kind in rng.integers(0, len(KINDS), length)]


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(
    "cut",
    [
        tiles(NY, NX, NGROUPS),
        tiles(1, NX, NGROUPS),
        tiles(5, NX, NGROUPS),
        tiles(3, 5, NGROUPS),
        tiles(1, 1, NGROUPS),
    ],
    ids=["whole", "rows", "bands", "tiles", "pixels"],
)
def test_chains_give_the_bits_of_a_plain_loop(cut: Plan, threads: int) -> None:
    for chain in chains() if len(cut.tasks) < 100 else list(chains())[::6]:
        expected = plain(chain, make_arrays())
        stored, _ = run(chain, cut, threads=threads)
        assert_same(stored[len(chain)], expected)


@pytest.mark.parametrize("together", [1, 3, GROUPS])
def test_blocks_of_any_number_of_groups_give_the_same_bits(together: int) -> None:
    chain = [Smear(1), Pixels(), Place(), Border(), AllGroups()]
    stored, _ = run(chain, tiles(5, 7, together))
    assert_same(stored[5], plain(chain, make_arrays()))


def test_every_sink_gets_what_the_corrections_before_it_made() -> None:
    chain = [Smear(1), Pixels(), AllGroups(), Smear(2), Pixels(), ZeroFrames()]
    stored, _ = run(chain, tiles(5, 7, NGROUPS), positions=range(1, 6))
    for position, values in stored.items():
        assert_same(values, plain(chain[:position], make_arrays()))


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("per_task", [1, 2, NGROUPS, 5])
def test_pixels_are_corrected_and_counted_once_when_groups_are_cut_into_tasks(
    per_task: int, threads: int
) -> None:
    chain = [Pixels(), Place(), ZeroFrames()]
    stored, (pixels, place, zeros) = run(chain, runs(per_task, 1), threads=threads)
    assert_same(stored[3], plain(chain, make_arrays()))
    assert pixels == {"pixels": NY * NX}
    assert place == {"sizes": [GROUPS * NY * NX], "max_group": GROUPS}
    assert zeros == {"zeroframes": NINTS * NY * NX}


@pytest.mark.parametrize("threads", [1, 2])
def test_pixels_are_stored_once_when_groups_are_cut_into_tasks(threads: int) -> None:
    stores = []

    class Noted(MemoryArray):
        def store(self, tile: Tile, groups: slice, values: np.ndarray) -> None:
            stores.append((tile, groups.start))
            super().store(tile, groups, values)

    source = {n: MemoryArray(v, keep_source=True) for n, v in make_arrays().items()}
    source["pixeldq"] = Noted(make_arrays()["pixeldq"], keep_source=True)
    exposure = Exposure(lambda: source, NGROUPS)
    sinks = [Sink(1, lambda: source)]
    correct(exposure, [Pixels()], sinks, cut=runs(2, 1), workers=Workers(threads, 0))
    assert stores == [(WHOLE, 0)]


def test_counts_leave_out_the_halo() -> None:
    chain = [Accumulate(), Pixels(), AllGroups(), Smear(2)]
    assert run(chain, tiles(3, 5, NGROUPS))[1] == run(chain, tiles(NY, NX, NGROUPS))[1]


def test_finish_comes_once_after_all_groups_of_a_tile() -> None:
    calls: list[object] = []

    class Noting(AllGroups):
        def samples(self, block: object) -> None:
            calls.append(self)
            super().samples(block)

        def finish(self, block: object) -> dict[str, int]:
            calls.append("finish")
            return super().finish(block)

    _, (counts,) = run([Noting()], tiles(6, NX, NGROUPS))
    assert counts == {"finished": NY * NX}
    assert [call == "finish" for call in calls] == [False] * NINTS + [True] + [False] * NINTS + [
        True
    ]


def test_survey_sees_each_integration_once_as_the_steps_before_leave_it() -> None:
    seen = []

    class Noting(Border):
        def surveyed(self, integrations: Iterator[list]) -> Border:
            blocks = list(integrations)
            seen.extend([block.data.copy() for block in one] for one in blocks)
            return super().surveyed(iter(blocks))

    before = [Smear(2), Pixels()]
    run([*before, Noting()], tiles(5, 7, NGROUPS))
    expected = plain(before, make_arrays())["data"]
    assert len(seen) == NINTS
    for number, (rows, columns) in enumerate(seen):
        np.testing.assert_array_equal(rows, expected[number, :, :2])
        np.testing.assert_array_equal(columns, expected[number, :, :, -3:])


def test_nothing_is_done_when_no_array_is_there() -> None:
    assert correct(Exposure(dict, 1), [Place()], [Sink(1, dict)]) == [{}]


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("budget", [1, 100, 3000, 10**7])
@pytest.mark.parametrize("together", [None, NGROUPS])
@pytest.mark.parametrize("tiles_only", [False, True])
def test_plan_covers_every_sample_once(
    budget: int, workers: int, together: int | None, tiles_only: bool
) -> None:
    cut = plan(
        (GROUPS, NY, NX),
        4,
        budget=budget,
        workers=workers,
        together=together,
        tiles_only=tiles_only,
    )
    times = np.zeros((GROUPS, NY, NX), int)
    for task in cut.tasks:
        assert task.groups == slice(0, GROUPS) or not tiles_only
        for groups in cut.blocks(task):
            times[(groups, *task.tile)] += 1
            assert together is None or (groups.stop - groups.start) % together == 0
            rows, columns = task.tile.shape
            size = (groups.stop - groups.start) * rows * columns * 4
            assert size <= max(budget, columns * 4 * (together or 1))
    assert (times == 1).all()
    assert SHAPE[2:] == (NY, NX)


def test_large_budget_takes_several_groups_of_few_rows() -> None:
    cut = plan((10, 2048, 2048), 4, budget=1536 << 10, workers=2)
    rows, columns = cut.tasks[0].tile.shape
    assert (rows * columns, cut.groups_per_block) == (MOST_PIXELS, 6)
