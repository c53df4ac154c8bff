"""Colours of flags, and how an image is stretched."""

from __future__ import annotations

import numpy as np
import pytest

from jwst.quicklook.palette import flag_colours
from jwst.quicklook.stretch import stretch


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
