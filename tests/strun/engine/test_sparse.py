"""Images of few values, stored by tiles."""

from __future__ import annotations

import numpy as np
import pytest

from strun.blockio.tiles import Tile
from strun.engine.sparse import SparseImage, SparseValues

SHAPE = (7, 9)
ONE = slice(0, 1)
CUTS = {
    "whole": ([slice(0, 7)], [slice(0, 9)]),
    "bands": ([slice(4, 7), slice(0, 4)], [slice(0, 9)]),
    "tiles": ([slice(4, 7), slice(0, 4)], [slice(5, 9), slice(0, 5)]),
}


@pytest.fixture
def image(rng: np.random.Generator) -> np.ndarray:
    return np.where(rng.random(SHAPE) < 0.3, rng.normal(size=SHAPE), 0)


def stored(image: np.ndarray, cut: str = "tiles") -> SparseImage:
    sparse, (rows, columns) = SparseImage(SHAPE), CUTS[cut]
    for band in rows:
        for part in columns:
            sparse.store(Tile(band, part), ONE, image[None, band, part])
    return sparse


@pytest.mark.parametrize("cut", CUTS)
def test_values_come_row_by_row_however_they_were_stored(image: np.ndarray, cut: str) -> None:
    rows, columns, values = stored(image, cut).take()
    expected = np.nonzero(image)
    assert np.array_equal([rows, columns], expected)
    assert values.tobytes() == image[expected].tobytes()


def test_tile_that_is_stored_again_replaces_what_it_held(image: np.ndarray) -> None:
    sparse = stored(image)
    sparse.store(Tile(slice(0, 4), slice(0, 5)), ONE, np.zeros((1, 4, 5)))
    image[:4, :5] = 0
    assert len(sparse.take().values) == np.count_nonzero(image)


def test_image_without_values_has_none(image: np.ndarray) -> None:
    assert [len(each) for each in stored(0 * image).take()] == [0, 0, 0]
    assert [len(each) for each in SparseImage(SHAPE).take()] == [0, 0, 0]


@pytest.mark.parametrize("tile", [(0, 7, 0, 9), (2, 5, 3, 4), (6, 7, 0, 9), (0, 1, 8, 9)])
def test_tile_of_the_values_is_that_of_the_image(
    image: np.ndarray, tile: tuple[int, int, int, int]
) -> None:
    top, bottom, left, right = tile
    found = stored(image).take().image(Tile(slice(top, bottom), slice(left, right)))
    assert np.array_equal(found, image[top:bottom, left:right])


def test_last_of_two_values_of_a_pixel_counts() -> None:
    twice = SparseValues(np.array([2, 2]), np.array([3, 3]), np.array([1.0, 5.0]))
    assert twice.image(Tile(slice(0, 7), slice(0, 9)))[2, 3] == 5
