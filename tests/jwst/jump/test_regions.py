"""Connected regions of an image."""

from __future__ import annotations

import numpy as np
import pytest

from jwst.jump.regions import find_regions


def image(*rows: str) -> np.ndarray:
    """Return an image; # is True."""
    return np.array([[character == "#" for character in row] for row in rows])


def flooded(values: np.ndarray) -> list[set[tuple[int, int]]]:
    """Return the pixels of each region, found one by one."""
    left = {(int(y), int(x)) for y, x in np.argwhere(values)}
    regions = []
    while left:
        found, new = set(), [min(left)]
        while new:
            y, x = new.pop()
            if (y, x) in left:
                left.remove((y, x))
                found.add((y, x))
                new += [(y + down, x + right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
        regions.append(found)
    return regions


@pytest.mark.parametrize("share", [0.02, 0.2, 0.4, 0.7, 1.0])
def test_regions_are_those_of_a_flood(share: float) -> None:
    values = np.random.default_rng(int(100 * share)).random((37, 41)) < share
    expected = flooded(values)
    found = find_regions(values)
    assert len(found) == len(expected)
    for region, pixels in zip(found, expected, strict=True):
        assert region.area == len(pixels)
        assert region.y == np.mean([y for y, _ in pixels])
        assert region.x == np.mean([x for _, x in pixels])
        top, left = min(y for y, _ in pixels), min(x for _, x in pixels)
        assert {(y + top, x + left) for y, x in np.argwhere(region.image)} == pixels


def test_pixels_at_both_ends_of_rows_do_not_touch() -> None:
    assert len(find_regions(image("...##", "##...", "....#"))) == 3


def test_arms_that_join_late_are_one_region() -> None:
    spiral = image("#####", "....#", "###.#", "#...#", "#####")
    assert [region.area for region in find_regions(spiral)] == [17]


def test_empty_image_has_no_region() -> None:
    assert find_regions(np.zeros((3, 4), bool)) == []


RING = image(".##.", "#..#", "#..#", ".##.")


def test_holes_count_where_a_least_area_is_asked_for() -> None:
    # a ring of diagonal neighbors has no hole: what is inside touches what is outside
    assert [region.filled_area for region in find_regions(RING)] == [8]
    closed = image("####", "#..#", "####")
    assert [region.filled_area for region in find_regions(closed)] == [12]
    assert len(find_regions(closed, 12)) == 1
    assert find_regions(closed, 12.5) == []
    assert find_regions(RING, 9) == []
