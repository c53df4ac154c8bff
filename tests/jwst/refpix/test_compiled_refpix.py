from __future__ import annotations

import numpy as np
import pytest
from kernels import needs_kernels

from jwst.refpix import compiled
from jwst.refpix.miri_correction import subtract_from_ramp
from jwst.refpix.near_infrared import subtract

pytestmark = [needs_kernels, pytest.mark.filterwarnings("ignore:invalid value")]

ODD = [np.nan, -np.nan, np.inf, -np.inf, 0.0, -0.0, 3e38]
# as they lie in memory: not all of them the same
NANS = np.array([0x7FC00001, 0xFFC00002, 0x7FC12345], np.uint32).view(np.float32)


def odd(rng: np.random.Generator, values: np.ndarray) -> np.ndarray:
    """Put odd values into an array."""
    where = rng.random(values.shape) < 0.1
    choice = np.concatenate([np.array(ODD, np.float32), NANS])
    values[where] = rng.choice(choice, int(where.sum()))
    return values


@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize("shape", [(1, 1, 1), (4, 30, 7), (3, 5, 700)])
def test_kernel_gives_the_bits_of_numpy_in_the_near_infrared(
    rng: np.random.Generator, shape: tuple[int, int, int], transposed: bool
) -> None:
    data = odd(rng, rng.normal(9e3, 99, shape).astype(np.float32))
    slow, fast = shape[1:][:: -1 if transposed else 1]
    columns, rows = rng.normal(0, 9, (shape[0], 8)), rng.normal(0, 9, (shape[0], slow))
    columns[0], rows[0] = columns[0].astype(np.float32), 0
    rows[-1, 0] = np.nan
    single = [number % 2 == 0 for number in range(shape[0])]
    expected = data.copy()
    drifts = columns, rng.integers(0, 8, fast), rows, single
    subtract(expected, *drifts, transposed=transposed)
    compiled.subtract(data, *drifts, transposed=transposed)
    assert data.tobytes() == expected.tobytes()


@pytest.mark.parametrize("corner", [(0, 0), (3, 2)])
@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 3, 5), (5, 8, 700)])
def test_kernel_gives_the_bits_of_numpy_in_the_mid_infrared(
    rng: np.random.Generator, shape: tuple[int, int, int], corner: tuple[int, int]
) -> None:
    data = odd(rng, rng.normal(9e3, 99, shape).astype(np.float32))
    drifts = rng.normal(0, 9, (shape[0], 2, 4))
    drifts[0] = 0
    drifts[-1, 0, 1] = np.nan
    place = [slice(start, start + size) for start, size in zip(corner, shape[1:], strict=True)]
    expected = data.copy()
    subtract_from_ramp(expected, drifts, *place)
    compiled.subtract_from_ramp(data, drifts, *place)
    assert data.tobytes() == expected.tobytes()


def test_kernels_change_a_part_of_larger_arrays(rng: np.random.Generator) -> None:
    data = rng.normal(9e3, 99, (3, 9, 300)).astype(np.float32)
    part = (slice(None), slice(2, 6), slice(1, 290))
    expected = data.copy()
    drifts = rng.normal(0, 9, (3, 8)), np.arange(289) % 8, rng.normal(0, 9, (3, 4)), [True] * 3
    subtract(expected[part], *drifts, transposed=False)
    compiled.subtract(data[part], *drifts, transposed=False)
    ramp = rng.normal(0, 9, (3, 2, 4)), *part[1:]
    subtract_from_ramp(expected[part], *ramp)
    compiled.subtract_from_ramp(data[part], *ramp)
    assert data.tobytes() == expected.tobytes()


@pytest.mark.parametrize(
    ("columns", "keys", "rows", "single"),
    [(1, [0, 7], 3, 2), (2, [0], 3, 2), (2, [0, 8], 3, 2), (2, [0, 7], 4, 2), (2, [0, 7], 3, 1)],
)
def test_kernel_refuses_drifts_of_another_shape(
    columns: int, keys: list[int], rows: int, single: int
) -> None:
    drifts = np.zeros((columns, 8)), np.array(keys), np.zeros((2, rows)), [True] * single
    with pytest.raises(ValueError, match="drifts"):
        compiled.subtract(np.zeros((2, 3, 2), np.float32), *drifts, transposed=False)


def test_kernel_refuses_drifts_of_another_ramp() -> None:
    with pytest.raises(ValueError, match="drifts of"):
        compiled.subtract_from_ramp(
            np.zeros((2, 3, 4), np.float32), np.zeros((3, 2, 4)), slice(0, 3), slice(0, 4)
        )
