"""Colours of flags, and how an image is stretched."""

from __future__ import annotations

import numpy as np
import pytest

from strun.datamodels.dqflags import pixel
from strun.quicklook.palette import FLAGS, flag_colours, round_step, stretch


def test_do_not_use_is_drawn_first_and_the_rarest_last() -> None:
    assert list(flag_colours({"WARM": 9, "DO_NOT_USE": 1, "HOT": 2})) == [
        "DO_NOT_USE",
        "WARM",
        "HOT",
    ]


def test_flag_has_one_colour_whatever_else_there_is() -> None:
    alone = flag_colours({"HOT": 1})["HOT"]
    assert flag_colours({"HOT": 3, "RC": 9, "OPEN": 8, "DEAD": 1})["HOT"] == alone


@pytest.mark.parametrize(
    "values", [np.full((4, 4), np.nan), np.full((4, 4), 7.0), np.array([[1.0, np.inf]])]
)
def test_stretch_has_a_range_for_any_image(values: np.ndarray) -> None:
    shown = stretch(values.astype(np.float32))
    assert shown.low < shown.high
    assert len(shown.ticks()) > 1


def test_stretch_goes_forth_and_back() -> None:
    shown = stretch(np.random.default_rng(1).normal(1000, 5, (50, 50)).astype(np.float32))
    values = np.array([shown.low, shown.sky, shown.high])
    np.testing.assert_allclose(shown.inverse(shown.forward(values)), values, rtol=1e-6)
    assert all(shown.low < tick < shown.high for tick in shown.ticks())


def test_every_flag_has_a_colour_of_its_own() -> None:
    assert set(FLAGS) == {name for name, bit in pixel.items() if bit}
    assert len({colour.lower() for colour in FLAGS.values()}) == len(FLAGS)


@pytest.mark.parametrize("scale", [0.01, 1.0, 37.0, 5000.0])
@pytest.mark.parametrize("most", [2, 5])
def test_ticks_are_round_and_apart(scale: float, most: int) -> None:
    values = np.random.default_rng(1).exponential(scale, (50, 50)) + 1700 * scale
    ticks = stretch(values.astype(np.float32)).ticks(most)
    assert 1 <= len(ticks) <= most
    # within a few hundred values of the sky at most three digits tell them apart
    step = min(np.diff(ticks, prepend=0))
    digits = [f"{tick:.12g}".strip("0").replace(".", "") for tick in ticks]
    assert step > 0
    assert all(digit[-1] in "12345678" and len(digit) <= 6 for digit in digits)


@pytest.mark.parametrize(
    ("most", "step"), [(1, 1), (1.9, 1), (4.9, 2), (7, 5), (10, 10), (330, 200), (0.07, 0.05)]
)
def test_step_is_round(most: float, step: float) -> None:
    assert round_step(most) == pytest.approx(step)
