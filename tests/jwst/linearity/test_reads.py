from __future__ import annotations

import numpy as np
import pytest
from polynomials import safe_coefficients

from jwst.linearity import reads
from jwst.linearity.reads import correct_reads
from strun.datamodels.dqflags import group
from strun.effects.change import Largest, relative_changes

SIZE = (4, 5)
SATURATED = group["SATURATED"]


def ramps(rng: np.random.Generator, ngroups: int) -> tuple[np.ndarray, np.ndarray]:
    """Return growing counts and their flags, saturated from some group on, or from the first."""
    data = np.cumsum(rng.uniform(10, 6000, (ngroups, *SIZE)), axis=0).astype(np.float32)
    first = rng.integers(0, 2 * ngroups, SIZE)
    number = np.arange(ngroups)[:, None, None]
    return data, np.where(number >= first, SATURATED, group["JUMP_DET"]).astype(np.uint8)


def polynomial(x: np.ndarray, coeffs: np.ndarray) -> np.ndarray:
    """Evaluate by Horner's rule."""
    result = coeffs[-1] * x
    for term in coeffs[-2:0:-1]:
        result = (result + term) * x
    return result + coeffs[0]


def plain(
    ramp: np.ndarray, full: np.ndarray, coeffs: np.ndarray, inverse: np.ndarray, nframes: int
) -> np.ndarray:
    """Correct the groups of one pixel."""
    last = max(int((~full).sum()) - 1, 2) - 1
    start, end = (ramp[i] if full[i] else polynomial(ramp[i], coeffs) for i in (0, last))
    rate = np.float64(end - start) / (last * nframes)
    result = ramp.copy()
    for group_number in np.flatnonzero(~full):
        since = group_number * nframes + np.arange(nframes) - (nframes - 1) / 2
        counts = polynomial(np.float64(start) + rate * since, inverse.astype(np.float64))
        counts += np.float64(ramp[group_number]) - sum(counts) / nframes
        result[group_number] = sum(polynomial(counts, coeffs.astype(np.float64))) / nframes
    return result


@pytest.mark.parametrize(("ngroups", "nframes"), [(2, 2), (3, 8), (6, 5), (4, 9), (5, 1)])
def test_correct_reads_equals_plain_version(
    rng: np.random.Generator, ngroups: int, nframes: int
) -> None:
    data, flags = ramps(rng, ngroups)
    coeffs, inverse = (safe_coefficients(rng, terms, SIZE) for terms in (5, 3))
    full = (flags & SATURATED) != 0
    expected = np.empty_like(data)
    for y, x in np.ndindex(*SIZE):
        cut = (slice(None), y, x)
        expected[cut] = plain(data[cut], full[cut], coeffs[cut], inverse[cut], nframes)
    count = correct_reads(data, flags, coeffs, inverse, nframes=nframes)
    assert count == full.sum()
    assert data.tobytes() == expected.tobytes()


@pytest.mark.parametrize("pixels", [1, 3, 8, 20])
def test_correct_reads_gives_the_same_bits_by_blocks_of_any_size(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch, pixels: int
) -> None:
    data, flags = ramps(rng, 4)
    coeffs, inverse = (safe_coefficients(rng, terms, SIZE) for terms in (4, 4))
    whole = data.copy()
    correct_reads(whole, flags, coeffs, inverse, nframes=4)
    monkeypatch.setattr(reads, "_PIXELS", pixels)
    for y in range(SIZE[0]):
        row = slice(y, y + 1)
        correct_reads(data[:, row], flags[:, row], coeffs[:, row], inverse[:, row], nframes=4)
    assert data.tobytes() == whole.tobytes()


def test_correct_reads_works_on_columns_cut_out_of_a_frame(rng: np.random.Generator) -> None:
    data, flags = ramps(rng, 3)
    coeffs, inverse = (safe_coefficients(rng, terms, SIZE) for terms in (4, 4))
    wide = np.zeros((3, 4, 9), np.float32)
    wide[..., 2:7] = data
    correct_reads(data, flags, coeffs, inverse, nframes=2)
    correct_reads(wide[..., 2:7], flags, coeffs, inverse, nframes=2)
    assert wide[..., 2:7].tobytes() == data.tobytes()
    assert not wide[..., :2].any()


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_correct_reads_keeps_bad_values_in_their_pixel(
    rng: np.random.Generator, value: float
) -> None:
    data, flags = ramps(rng, 4)
    coeffs, inverse = (safe_coefficients(rng, terms, SIZE) for terms in (4, 4))
    good = data.copy()
    correct_reads(good, flags, coeffs, inverse, nframes=4)
    data[0, 2, 3] = value
    flags[:, 2, 3] = group["GOOD"]
    correct_reads(data, flags, coeffs, inverse, nframes=4)
    same = (data == good).all(axis=0)
    assert not np.isfinite(data[:, 2, 3]).any()
    assert (same | (np.arange(20).reshape(SIZE) == 13)).all()


def test_correct_reads_raises_when_there_is_one_group() -> None:
    data, coeffs = np.ones((1, *SIZE), np.float32), np.ones((3, *SIZE), np.float32)
    with pytest.raises(ValueError, match="2 groups or more, not 1"):
        correct_reads(data, data.astype(np.uint8), coeffs, coeffs, nframes=2)


@pytest.mark.parametrize("shape", [(3, 1, 5), (3, 4, 1), (1, 4, 5)])
def test_correct_reads_raises_when_inverse_polynomials_do_not_fit(
    shape: tuple[int, int, int],
) -> None:
    data, coeffs = np.ones((2, *SIZE), np.float32), np.ones((3, *SIZE), np.float32)
    inverse = np.ones(shape, np.float32)
    with pytest.raises(ValueError, match="inverse ones"):
        correct_reads(data, data.astype(np.uint8), coeffs, inverse, nframes=2)


def test_correct_reads_finds_the_largest_change_of_all_samples(rng: np.random.Generator) -> None:
    data, flags = ramps(rng, 4)
    coeffs, inverse = (safe_coefficients(rng, terms, SIZE) for terms in (4, 4))
    before, largest = data.copy(), Largest()
    correct_reads(data, flags, coeffs, inverse, nframes=4, largest=largest)
    assert largest.value == np.abs(relative_changes(before, data)).max()
