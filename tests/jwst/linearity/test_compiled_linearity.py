from __future__ import annotations

import gc

import numpy as np
import pytest
from factories import coefficients
from kernels import needs_kernels
from polynomials import safe, safe_coefficients

from jwst.linearity import compiled
from jwst.linearity.polynomial import ChangeSearch, correct
from strun.datamodels.dqflags import group
from strun.effects.change import Largest

pytestmark = needs_kernels

ODD = [np.nan, -np.nan, np.inf, -np.inf, 0.0, -0.0, 100.0, 99.0, 3e38]


def by_numpy(data: np.ndarray, flags: np.ndarray, coeffs: np.ndarray) -> tuple[int, float]:
    """Correct in place; return the count of saturated samples and the largest change."""
    largest = Largest()
    search = ChangeSearch(coeffs, largest)
    return correct(data, flags, coeffs, np.empty_like(coeffs[0]), search), largest.value


@pytest.mark.parametrize("terms", [2, 3, 5, 11])
@pytest.mark.parametrize("shape", [(1, 1, 1), (3, 4, 5), (2, 3, 1100)])
def test_kernel_gives_the_bits_of_numpy(
    rng: np.random.Generator, terms: int, shape: tuple[int, int, int]
) -> None:
    coeffs = coefficients(rng, terms, shape[1:])
    coeffs[:, rng.random(shape[1:]) < 0.1] = np.inf
    coeffs = safe(coeffs)
    data = rng.uniform(-500, 6e4, shape).astype(np.float32)
    odd = rng.random(shape) < 0.2
    data[odd] = rng.choice(np.array(ODD, np.float32), int(odd.sum()))
    flags = rng.choice(np.arange(8, dtype=np.uint8), shape)
    expected = data.copy()
    count, change = by_numpy(expected, flags, coeffs)
    largest = Largest()
    assert compiled.correct(data, flags, coeffs, largest) == count
    assert data.tobytes() == expected.tobytes()
    assert largest.value == change


def test_kernel_corrects_a_part_of_larger_arrays(rng: np.random.Generator) -> None:
    whole = rng.uniform(0, 6e4, (3, 8, 9)).astype(np.float32)
    flags = np.full(whole.shape, group["JUMP_DET"], np.uint8)
    part = (slice(None), slice(2, 6), slice(1, 8))
    coeffs = safe_coefficients(rng, 4, (4, 7))
    expected = whole.copy()
    by_numpy(expected[part], flags[part], coeffs)
    compiled.correct(whole[part], flags[part], coeffs, Largest())
    assert whole.tobytes() == expected.tobytes()


def test_kernel_leaves_nothing_for_the_garbage_collector() -> None:
    data, coeffs = np.ones((2, 3, 4), np.float32), np.ones((3, 3, 4), np.float32)
    flags, largest = np.zeros(data.shape, np.uint8), Largest()
    gc.collect()
    gc.disable()
    try:
        compiled.correct(data, flags, coeffs, largest)
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_kernel_refuses_flags_of_another_shape() -> None:
    data, coeffs = np.zeros((2, 3, 4), np.float32), np.ones((3, 3, 4), np.float32)
    with pytest.raises(ValueError, match="flags for"):
        compiled.correct(data, np.zeros((1, 3, 4), np.uint8), coeffs, Largest())
