from __future__ import annotations

import numpy as np
import pytest

from strun.datamodels.stripes import DETECTOR_LINES, Stripes, cut_stripes
from strun.datamodels.subarray import Placement
from strun.errors import InputError, ReferenceFileError, ReferenceMismatchError


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


FULL = Placement((DETECTOR_LINES, DETECTOR_LINES), 1, 1, DETECTOR_LINES, DETECTOR_LINES, "r.fits")
IMAGE = np.arange(DETECTOR_LINES**2, dtype=np.uint32).reshape(DETECTOR_LINES, -1)
AXES = [(f, 2 * s) for f in (1, -1) for s in (1, -1)] + [
    (2 * f, s) for f in (1, -1) for s in (1, -1)
]


def to_detector(array: np.ndarray, fast: int, slow: int) -> np.ndarray:
    """Turn an array so that lines are rows in the order of reading."""
    if abs(fast) == 2:
        array = np.swapaxes(array, -2, -1)
    return array[..., :: np.sign(slow), :: np.sign(fast)]


def window(stripes: Stripes, total: int, *, width: int, first: int, left: int) -> Placement:
    """Return the window of an exposure; `first` is the line that is read first, from 0."""
    slow = first + 1 if stripes.slowaxis > 0 else DETECTOR_LINES - first
    if stripes.slow_rows:
        return Placement((total, width), left, slow, width, total)
    return Placement((width, total), slow, left, total, width)


@pytest.mark.parametrize(("fast", "slow"), AXES)
def test_take_equals_lines_in_the_order_of_reading(fast: int, slow: int) -> None:
    stripes = Stripes(fast, slow, reads1=4, skips1=30, reads2=8, skips2=5, repeat=1, interleave=1)
    science = window(stripes, 24, width=100, first=3, left=7)
    cut = cut_stripes(stripes, science, reference=FULL)
    across = IMAGE[:, 6:106] if stripes.slow_rows else IMAGE[6:106]
    expected = to_detector(across, fast, slow)[stripes.lines(3, 24)[0]]
    assert (to_detector(cut.take(IMAGE), fast, slow) == expected).all()
    assert cut.take(np.stack([IMAGE, IMAGE])).shape == (2, *science.shape)


@pytest.mark.parametrize(("fast", "slow"), AXES)
def test_take_gives_an_image_for_each_superstripe(fast: int, slow: int) -> None:
    stripes = Stripes(fast, slow, reads1=2, skips1=9, step=6, count=3)
    science = window(stripes, 8, width=DETECTOR_LINES, first=0, left=1)
    found = cut_stripes(stripes, science, reference=FULL).take(IMAGE)
    assert found.shape == (3, *science.shape)
    lines = to_detector(IMAGE, fast, slow)
    for image, numbers in zip(found, stripes.lines(0, 8), strict=True):
        assert (to_detector(image, fast, slow) == lines[numbers]).all()


def test_take_raises_when_superstripes_are_cut_from_more_axes() -> None:
    stripes = Stripes(1, 2, step=6, count=3)
    cut = cut_stripes(stripes, Placement((6, 2048), 1, 1, 2048, 6), reference=FULL)
    with pytest.raises(ReferenceFileError, match="cannot be cut in superstripes"):
        cut.take(np.zeros((4, 2048, 2048), np.float32))


def test_cut_stripes_warns_when_backward_reading_says_line_one() -> None:
    stripes = Stripes(1, -2, reads2=8)
    cut = cut_stripes(stripes, Placement((8, 2048), 1, 1, 2048, 8), reference=FULL)
    assert "read backwards (SLOWAXIS -2) from line 1" in cut.warnings[0]
    assert cut.lines.tolist() == [list(range(2040, 2048))]


def test_cut_stripes_warns_when_dhs_does_not_begin_at_the_edge() -> None:
    stripes = Stripes(1, 2, reads2=8, subarray="SUB41STRIPE1_DHS")
    cut = cut_stripes(stripes, Placement((8, 2048), 1, 900, 2048, 8), reference=FULL)
    assert "are taken to begin at the edge" in cut.warnings[0]
    assert cut.lines[0, 0] == 0


@pytest.mark.parametrize(
    ("skips", "reference"),
    [
        (2045, FULL),
        (0, Placement((1024, 2048), 1, 1, 2048, 1024)),
        (0, Placement((2048, 9), 1, 1, 9, 9)),
    ],
)
def test_cut_stripes_raises_when_the_reference_does_not_cover_them(
    skips: int, reference: Placement
) -> None:
    stripes = Stripes(1, 2, reads1=4, skips1=skips, reads2=8)
    with pytest.raises(ReferenceMismatchError, match="give a reference of the full frame"):
        cut_stripes(stripes, Placement((12, 2048), 1, 1, 2048, 12), reference=reference)


def test_cut_stripes_raises_when_the_exposure_has_no_corner() -> None:
    with pytest.raises(InputError, match="SUBSTRT2 is missing"):
        cut_stripes(Stripes(1, 2, reads2=8), Placement((8, 2048), 1), reference=FULL)
