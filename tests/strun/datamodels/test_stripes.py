from __future__ import annotations

import pytest

from strun.datamodels.stripes import Stripes
from strun.errors import InputError


def lines(stripes: Stripes, first: int, total: int) -> list[list[int]]:
    """Return the lines as a list."""
    return stripes.lines(first, total).tolist()


def test_lines_has_reference_pixels_then_one_stripe() -> None:
    stripes = Stripes(1, 2, reads1=2, skips1=5, reads2=3)
    assert lines(stripes, 10, 5) == [[10, 11, 17, 18, 19]]


def test_lines_skips_between_stripes_when_it_does_not_go_back() -> None:
    stripes = Stripes(1, 2, reads1=1, skips1=2, reads2=2, skips2=3)
    assert lines(stripes, 0, 5) == [[0, 3, 4, 8, 9]]


def test_lines_begins_again_when_it_goes_back() -> None:
    stripes = Stripes(1, 2, reads1=1, skips1=2, reads2=2, repeat=1)
    assert lines(stripes, 4, 6) == [[4, 7, 8, 4, 7, 8]]


def test_lines_goes_farther_each_time_when_interleaved() -> None:
    stripes = Stripes(1, 2, reads1=1, skips1=2, reads2=2, skips2=3, repeat=1, interleave=1)
    assert lines(stripes, 0, 6) == [[0, 3, 4, 0, 8, 9]]


def test_lines_has_a_row_for_each_superstripe() -> None:
    stripes = Stripes(-2, -1, reads1=1, skips1=2, step=3, count=2)
    assert lines(stripes, 0, 4) == [[0, 3, 4, 5], [0, 6, 7, 8]]


@pytest.mark.parametrize("total", [4, 2, 1])
def test_lines_raises_when_stripes_do_not_fill_the_image(total: int) -> None:
    stripes = Stripes(1, 2, reads1=1, reads2=2, repeat=1)
    with pytest.raises(InputError, match=f"do not fill the {total} lines"):
        stripes.lines(0, total)


@pytest.mark.parametrize(("fast", "slow"), [(1, 1), (2, -2), (0, 0), (1, 3)])
def test_stripes_raises_when_axes_are_impossible(fast: int, slow: int) -> None:
    with pytest.raises(InputError, match=f"FASTAXIS is {fast} and SLOWAXIS {slow}"):
        Stripes(fast, slow, reads2=4)


def test_stripes_raises_when_a_stripe_has_no_lines() -> None:
    with pytest.raises(InputError, match="stripes have 0 lines"):
        Stripes(1, 2, reads1=4, step=7)


def test_stripes_raises_when_there_are_too_many_superstripes() -> None:
    with pytest.raises(InputError, match="SSTR_NST is 99999"):
        Stripes(1, 2, reads2=4, count=99999)
