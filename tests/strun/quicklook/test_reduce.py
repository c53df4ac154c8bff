"""Images made small."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strun.datamodels.dqflags import pixel
from strun.quicklook.reduce import Cells, count_samples, largest_by_cell, shown_by_cell
from strun.quicklook.source import Lines
from strun.quicklook.view import Box

SIZES = st.integers(1, 40)


@given(SIZES, SIZES, st.integers(1, 9), st.integers(1, 9), st.data())
def test_no_flagged_pixel_is_lost(ny: int, nx: int, rows: int, columns: int, data: object) -> None:
    y, x = data.draw(st.integers(0, ny - 1)), data.draw(st.integers(0, nx - 1))  # type: ignore[attr-defined]
    dq = np.zeros((ny, nx), np.uint32)
    dq[y, x] = pixel["DEAD"]
    (found,) = shown_by_cell(Lines.of_array(dq), Cells(rows, columns), [pixel["DEAD"]])
    assert found[y // rows, x // columns] == 1
    assert np.count_nonzero(found) == 1


def test_largest_value_stands_for_its_cell_and_nan_does_not() -> None:
    values = np.array([[1, 2, np.nan], [3, np.nan, np.nan], [5, 6, 7]], np.float32)
    found = largest_by_cell(Lines.of_array(values), 0, Cells(2, 2))
    np.testing.assert_array_equal(found, np.array([[3, np.nan], [6, 7]], np.float32))


def test_flagged_pixels_are_counted_by_cell() -> None:
    dq = np.full((4, 6), pixel["HOT"], np.uint32)
    dq[0, 0] = pixel["DEAD"]
    counts, pixels = count_samples(Lines.of_array(dq), 1, Cells(2, 3), pixel["HOT"])
    assert counts.tolist() == [[5, 6], [6, 6]]
    assert pixels == 23


def test_plane_is_the_one_asked_for() -> None:
    cube = np.arange(24, dtype=np.float32).reshape(2, 3, 2, 2)
    assert largest_by_cell(Lines.of_array(cube), 4, Cells(2, 2)).tolist() == [[19.0]]


@pytest.mark.parametrize(
    ("shape", "cells"),
    [((64, 72), (1, 1)), ((2048, 2048), (4, 4)), ((3200, 2048), (7, 4)), ((521, 520), (2, 1))],
)
def test_cells_are_as_small_as_they_can_be_seen(
    shape: tuple[int, int], cells: tuple[int, int]
) -> None:
    assert Box(0, 0, 520, 520).cells(shape) == cells
