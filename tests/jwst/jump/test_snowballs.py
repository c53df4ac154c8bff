"""Snowballs in the flags of an integration."""

from __future__ import annotations

import numpy as np
import pytest

from jwst.jump.snowballs import Frames, Snowballs, flag_snowballs
from strun.datamodels.dqflags import group

JUMP, SATURATED, DO_NOT_USE = (group[n] for n in ("JUMP_DET", "SATURATED", "DO_NOT_USE"))
USUAL = Snowballs(
    min_jump_area=5,
    min_sat_area=1,
    expand_factor=2,
    core_required=True,
    min_core_axis=2.5,
    core_growth=4,
    edge_size=25,
    longest_axis=400,
    groups_masked=2,
)
SHAPE = (2, 5, 90, 90)
Y, X = np.ogrid[:90, :90]


def disk(radius: float, x: int = 45, y: int = 45) -> np.ndarray:
    return (Y - y) ** 2 + (X - x) ** 2 <= radius**2


def with_snowball(at: int = 2, *, core: float = 6, halo: float = 12, x: int = 45) -> np.ndarray:
    """Return flags with a snowball in a group of the first integration."""
    flags = np.zeros(SHAPE, np.uint8)
    flags[0, at][disk(halo, x)] = JUMP
    if core:
        flags[0, at:, disk(core, x)] = SATURATED
    return flags


def flagged(flags: np.ndarray, search: Snowballs = USUAL) -> tuple[int, np.ndarray]:
    """Return the number of snowballs, and the flags of all integrations."""
    found, count, cores = flags.copy(), 0, []
    for cube in found:

        def store(number: int, plane: np.ndarray, cube: np.ndarray = cube) -> None:
            cube[number] = plane

        frames = Frames(len(cube), lambda number, cube=cube: cube[number].copy(), store)
        new, cores = flag_snowballs(frames, search, cores)
        count += new
    return count, found


def width(flags: np.ndarray) -> int:
    """Return how many pixels of the middle row are flagged."""
    return int(np.count_nonzero(flags[45]))


def test_jumps_around_a_core_are_flagged_wider_in_their_group_only() -> None:
    before = with_snowball()
    count, found = flagged(before)
    assert count == 1
    assert width(before[0, 2] & (JUMP | SATURATED)) == 25
    assert width(found[0, 2] & (JUMP | SATURATED)) > 40
    assert not (found[0, [0, 1, 3, 4]] & JUMP).any()


def test_core_grows_in_its_group_and_all_later_ones() -> None:
    _, found = flagged(with_snowball())
    widths = [width(plane & SATURATED) for plane in found[0]]
    assert widths[:2] == [0, 0]
    assert widths[2] > 13
    assert widths[2:] == [widths[2]] * 3


def test_grown_core_is_saturated_and_nothing_else() -> None:
    flags = with_snowball()
    flags[0, 3, 45, 45 + 7] = DO_NOT_USE | JUMP
    _, found = flagged(flags)
    assert found[0, 3, 45, 45 + 7] == SATURATED


def test_small_core_does_not_grow() -> None:
    _, found = flagged(with_snowball(), USUAL._replace(min_core_axis=12))
    assert width(found[0, 4] & SATURATED) == 13


def test_core_that_saturates_a_group_later_makes_a_snowball() -> None:
    flags = with_snowball(core=0)
    flags[0, 3:, disk(4)] = SATURATED
    assert flagged(flags)[0] == 1


def test_jumps_without_a_core_are_no_snowball() -> None:
    flags = with_snowball(core=0)
    count, found = flagged(flags)
    assert count == 0
    assert np.array_equal(found, flags)


def test_core_beside_the_jumps_makes_no_snowball() -> None:
    flags = with_snowball(core=0)
    flags[0, 2:, disk(4, x=70)] = SATURATED
    assert flagged(flags)[0] == 0


def test_core_that_was_there_before_makes_no_snowball() -> None:
    flags = with_snowball(core=0)
    flags[0, :, disk(4)] = SATURATED
    assert flagged(flags)[0] == 0


def test_no_core_is_required_at_the_edge() -> None:
    count, found = flagged(with_snowball(core=0, x=24))
    assert count == 1
    assert width(found[0, 2]) > 40


def test_no_core_is_required_when_told_so_and_none_grows() -> None:
    assert flagged(with_snowball(core=0), USUAL._replace(core_required=False))[0] == 1
    _, found = flagged(with_snowball(), USUAL._replace(core_required=False))
    assert width(found[0, 3] & SATURATED) == 13


def test_few_jumps_are_no_snowball() -> None:
    flags = with_snowball(core=1, halo=2.5)
    # 16 jumps around a core of 5
    assert flagged(flags, USUAL._replace(min_jump_area=21))[0] == 1
    assert flagged(flags, USUAL._replace(min_jump_area=22))[0] == 0


def test_growth_ends_at_the_longest_axis() -> None:
    _, found = flagged(with_snowball(), USUAL._replace(longest_axis=13))
    assert width(found[0, 3] & SATURATED) == 13


@pytest.mark.parametrize(
    ("masked", "groups"), [(0, []), (2, [1]), (4, [1, 2, 3]), (25, [1, 2, 3, 4])]
)
def test_core_is_a_jump_in_the_first_groups_of_the_next_integration(
    masked: int, groups: list[int]
) -> None:
    _, found = flagged(with_snowball(), USUAL._replace(groups_masked=masked))
    assert [number for number in range(5) if found[1, number].any()] == groups
    for number in groups:
        assert set(found[1, number][disk(2)].tolist()) == {JUMP}
        assert width(found[1, number]) < width(found[0, 3] & SATURATED)
