"""Ellipses for regions; the numbers are what scikit-image 0.26 gives."""

from __future__ import annotations

import numpy as np
import pytest
from test_regions import image

from jwst.jump.ellipses import Ellipse, draw, ellipse_of
from jwst.jump.regions import find_regions


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            (".##..", ".###.", "..###", "....#"),
            (2.4444444444444446, 1.3333333333333333, 1.04504216851777, 4.311578320742263, 49.7311),
        ),
        (("###", "###", "###"), (1, 1, 2.265986323710904, 2.265986323710904, -45)),
        (("#####",), (2, 0, -1, 4.656854249492381, 90)),
        (("#", "#"), (0, 0.5, -1, 1, 0)),
    ],
)
def test_ellipse_has_the_moments_of_its_region(
    rows: tuple[str, ...], expected: tuple[float, ...]
) -> None:
    (region,) = find_regions(image(*rows))
    assert ellipse_of(region)[:4] == pytest.approx(expected[:4], rel=1e-14)
    assert ellipse_of(region).angle == pytest.approx(expected[4], rel=1e-5)


def test_turned_ellipse_is_drawn_as_scikit_image_does() -> None:
    drawn = draw(10.4, 6.5, (4, 6), 37.0, (16, 18))
    assert drawn.where == (slice(0, 15), slice(2, 18))
    expected = image(
        "................",
        ".....###........",
        "....######......",
        "....#######.....",
        "....########....",
        "....#########...",
        "....#########...",
        "....#########...",
        ".....########...",
        "......#######...",
        ".......######...",
        ".........###....",
        "................",
        "................",
        "................",
    )
    assert np.array_equal(drawn.mask, expected)


def test_ellipse_is_cut_at_the_edges() -> None:
    drawn = draw(1, 2, (3, 5), -60.0, (9, 9))
    assert drawn.where == (slice(0, 9), slice(0, 9))
    expected = image(*["######..."] * 3, "#####....", "####.....", "##.......", *["........."] * 3)
    assert np.array_equal(drawn.mask, expected)


def test_ellipse_without_an_axis_is_not_drawn() -> None:
    assert not draw(3, 3, (0, 4), 0.0, (9, 9)).mask.any()


@pytest.mark.parametrize(
    ("x", "y", "inside"), [(5, 5, True), (5, 8, True), (5, 8.01, False), (7, 5, False)]
)
def test_point_is_in_an_ellipse_with_rows_and_columns_exchanged(
    x: float, y: float, inside: bool
) -> None:
    assert Ellipse(5, 5, 2, 6, np.float64(90)).contains(x, y) == inside
