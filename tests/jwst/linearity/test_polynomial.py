from __future__ import annotations

import numpy as np
import pytest
from polynomials import safe, safe_coefficients

from jwst.linearity import polynomial
from jwst.linearity.polynomial import ChangeSearch, correct, correct_zeroframe, horner
from strun.datamodels.dqflags import group
from strun.effects.change import Largest, relative_changes

SIZE = (6, 7)
SATURATED = group["SATURATED"]


def plain(sample: np.float32, coeffs: np.ndarray) -> np.float32:
    """Correct one sample, one operation at a time."""
    result = coeffs[-1] * sample
    for term in coeffs[-2:0:-1]:
        result = (result + term) * sample
    return result + coeffs[0]


def samples(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Return counts from well below 0 to saturation."""
    return rng.uniform(-500, 6e4, shape).astype(np.float32)


@pytest.mark.parametrize("terms", [2, 3, 6, 10])
def test_correct_equals_plain_polynomial(rng: np.random.Generator, terms: int) -> None:
    coeffs, data = safe_coefficients(rng, terms, SIZE), samples(rng, 3, *SIZE)
    expected = np.empty_like(data)
    for frame, y, x in np.ndindex(*data.shape):
        expected[frame, y, x] = plain(data[frame, y, x], coeffs[:, y, x])
    correct(data, np.zeros(data.shape, np.uint8), coeffs, np.empty(SIZE, np.float32))
    assert data.tobytes() == expected.tobytes()


def test_correct_keeps_samples_when_saturated(rng: np.random.Generator) -> None:
    coeffs, data = safe_coefficients(rng, 4, SIZE), samples(rng, 2, *SIZE)
    before, free = data.copy(), data.copy()
    flags = np.full(data.shape, group["JUMP_DET"] | group["DO_NOT_USE"], np.uint8)
    correct(free, flags, coeffs, np.empty(SIZE, np.float32))
    flags[1, 2:4] |= SATURATED
    count = correct(data, flags, coeffs, np.empty(SIZE, np.float32))
    saturated = (flags & SATURATED) != 0
    assert count == saturated.sum()
    assert data.tobytes() == np.where(saturated, before, free).tobytes()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_correct_keeps_saturated_samples_that_are_no_numbers(value: float) -> None:
    data = np.full((1, *SIZE), value, np.float32)
    before = data.tobytes()
    flags = np.full(data.shape, SATURATED, np.uint8)
    assert correct(data, flags, np.ones((3, *SIZE), np.float32), np.empty(SIZE, np.float32)) == 42
    assert data.tobytes() == before


def test_correct_gives_nan_when_an_uncorrectable_sample_is_infinite() -> None:
    coeffs = safe(np.zeros((3, *SIZE), np.float32))
    data = np.full((1, *SIZE), 7, np.float32)
    data[0, 0, 0] = np.inf
    correct(data, np.zeros(data.shape, np.uint8), coeffs, np.empty(SIZE, np.float32))
    assert np.isnan(data[0, 0, 0])
    assert (data.ravel()[1:] == 7).all()


@pytest.mark.parametrize("tile", [1, 20, 1 << 15])
@pytest.mark.parametrize("frames", [1, 4])
def test_correct_gives_the_same_bits_by_blocks_of_any_size(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch, tile: int, frames: int
) -> None:
    coeffs, data = safe_coefficients(rng, 5, (31, 19)), samples(rng, 4, 31, 19)
    flags = np.where(rng.random(data.shape) < 0.2, SATURATED, 0).astype(np.uint8)
    whole, scratch = data.copy(), np.empty((31, 19), np.float32)
    count = correct(whole, flags, coeffs, scratch)
    monkeypatch.setattr(polynomial, "_TILE", tile)
    blocks = [(f, y) for f in range(0, 4, frames) for y in range(0, 31, 8)]
    found = 0
    for f, y in blocks:
        cut, rows = slice(f, f + frames), slice(y, y + 8)
        found += correct(data[cut, rows], flags[cut, rows], coeffs[:, rows], scratch)
    assert (data.tobytes(), found) == (whole.tobytes(), count)


def test_correct_works_on_columns_cut_out_of_a_frame(rng: np.random.Generator) -> None:
    coeffs, data = safe_coefficients(rng, 4, SIZE), samples(rng, 2, 6, 20)
    flags = np.where(rng.random((2, *SIZE)) < 0.2, SATURATED, 0).astype(np.uint8)
    copied, before = data[..., 3:10].copy(), data.copy()
    correct(copied, flags, coeffs, np.empty(SIZE, np.float32))
    correct(data[..., 3:10], flags, coeffs, np.empty(SIZE, np.float32))
    assert data[..., 3:10].tobytes() == copied.tobytes()
    assert (data[..., :3] == before[..., :3]).all()


@pytest.mark.parametrize("size", [(1, 7), (6, 1), (5, 7)])
def test_correct_raises_when_polynomials_would_be_stretched(size: tuple[int, int]) -> None:
    data = np.zeros((1, *SIZE), np.float32)
    with pytest.raises(ValueError, match="coefficients and"):
        correct(data, data.astype(np.uint8), np.ones((3, *size), np.float32), data[0].copy())


def test_correct_raises_when_there_is_one_coefficient() -> None:
    data = np.zeros((1, *SIZE), np.float32)
    with pytest.raises(ValueError, match=r"\(1, 6, 7\) coefficients"):
        correct(data, data.astype(np.uint8), np.ones((1, *SIZE), np.float32), data[0].copy())


def test_correct_zeroframe_keeps_zeros(rng: np.random.Generator) -> None:
    coeffs, frames = safe_coefficients(rng, 4, SIZE), samples(rng, 2, *SIZE)
    frames[0, 0, 0], frames[1, 5, 6] = 0, -0.0
    expected = frames.copy()
    correct(expected, np.zeros(frames.shape, np.uint8), coeffs, np.empty(SIZE, np.float32))
    expected[0, 0, 0] = expected[1, 5, 6] = 0
    correct_zeroframe(frames, coeffs, np.empty(SIZE, np.float32))
    assert frames.tobytes() == expected.tobytes()


def test_horner_leaves_the_constant_term_to_the_caller() -> None:
    x, coeffs = np.array([2.0, 3.0]), np.array([[9.0, 9.0], [1.0, 2.0], [4.0, 5.0]])
    assert horner(x, coeffs, np.empty(2)).tolist() == [2 + 16, 6 + 45]


@pytest.mark.parametrize("tile", [1, 20, 1 << 15])
@pytest.mark.parametrize("constant", [0, 0.5, 90])
def test_correct_finds_the_largest_change_of_all_samples(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch, tile: int, constant: float
) -> None:
    coeffs, data = safe_coefficients(rng, 4, (31, 19)), samples(rng, 4, 31, 19)
    coeffs[0] = constant
    coeffs[1, 3] = 0.5
    data[1, 5, 5:8] = np.nan, np.inf, 1
    flags = np.where(rng.random(data.shape) < 0.2, SATURATED, 0).astype(np.uint8)
    before, largest = data.copy(), Largest()
    monkeypatch.setattr(polynomial, "_TILE", tile)
    correct(data, flags, coeffs, np.empty((31, 19), np.float32), ChangeSearch(coeffs, largest))
    assert largest.value == np.abs(relative_changes(before, data)).max()
