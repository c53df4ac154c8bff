from __future__ import annotations

import numpy as np
import pytest
from factories import coefficients

from jwst.linearity.coefficients import added_flags, aligned, make_safe
from strun.datamodels.dqflags import pixel

SIZE = (13, 17)
NO_LIN_CORR = pixel["NO_LIN_CORR"]


def flags(rng: np.random.Generator) -> np.ndarray:
    """Return flags of a reference, some of them NO_LIN_CORR."""
    dq = np.where(rng.random(SIZE) < 0.2, pixel["HOT"], pixel["GOOD"])
    return np.where(rng.random(SIZE) < 0.1, dq | NO_LIN_CORR, dq).astype(np.uint32)


def plain(coeffs: np.ndarray, dq: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Make coefficients safe pixel by pixel."""
    safe, added = coeffs.astype(np.float32), dq.copy()
    for y, x in np.ndindex(*dq.shape):
        wrong = np.isnan(safe[:, y, x]).any() or safe[1, y, x] == 0
        if wrong:
            added[y, x] |= NO_LIN_CORR
        if wrong or dq[y, x] & NO_LIN_CORR:
            safe[:, y, x] = 0
            safe[1, y, x] = 1
    return safe, added


def counts(causes: dict[str, np.ndarray]) -> dict[str, int]:
    """Return how many pixels are under each cause."""
    return {name: int(np.count_nonzero(where)) for name, where in causes.items()}


@pytest.mark.parametrize("terms", [2, 4, 10])
def test_make_safe_equals_plain_version(rng: np.random.Generator, terms: int) -> None:
    coeffs, dq = coefficients(rng, terms, SIZE), flags(rng)
    expected = plain(coeffs, dq)
    added = added_flags(make_safe(coeffs, dq))
    assert coeffs.tobytes() == expected[0].tobytes()
    assert (dq | added == expected[1]).all()


def test_make_safe_gives_the_same_by_bands_of_rows(rng: np.random.Generator) -> None:
    coeffs, dq = coefficients(rng, 4, SIZE), flags(rng)
    bands = [coeffs[:, y : y + 5].copy() for y in (0, 5, 10)]
    whole = make_safe(coeffs, dq)
    parts = [make_safe(band, dq[y : y + 5]) for band, y in zip(bands, (0, 5, 10), strict=True)]
    assert np.concatenate(bands, axis=1).tobytes() == coeffs.tobytes()
    for cause, where in whole.items():
        assert (np.concatenate([part[cause] for part in parts]) == where).all()


def test_make_safe_counts_each_pixel_under_its_first_cause() -> None:
    coeffs, dq = np.ones((3, 2, 3), np.float32), np.zeros((2, 3), np.uint32)
    dq[0, 0] = NO_LIN_CORR
    coeffs[0, 0, :2] = np.nan
    coeffs[1, :, 0] = 0
    assert counts(make_safe(coeffs, dq)) == {"flagged": 1, "nan": 1, "zero": 1, "infinite": 0}


def test_make_safe_keeps_infinite_coefficients_and_a_zero_that_is_not_linear() -> None:
    coeffs = np.ones((3, 1, 2), np.float32)
    coeffs[2, 0], coeffs[0, 0, 0] = (np.inf, -np.inf), -np.inf
    before = coeffs.tobytes()
    causes = make_safe(coeffs, np.zeros((1, 2), np.uint32))
    assert coeffs.tobytes() == before
    assert not added_flags(causes).any()


@pytest.mark.parametrize("terms", [0, 1])
def test_make_safe_raises_when_there_is_no_polynomial(terms: int) -> None:
    with pytest.raises(ValueError, match="needs 2 or more coefficients"):
        make_safe(np.ones((terms, *SIZE), np.float32), np.zeros(SIZE, np.uint32))


@pytest.mark.parametrize("cause", ["flagged", "nan", "zero"])
def test_make_safe_gives_identity_when_a_pixel_has_no_polynomial(cause: str) -> None:
    coeffs, dq = np.ones((3, *SIZE), np.float32), np.zeros(SIZE, np.uint32)
    if cause == "flagged":
        dq[2, 3] = NO_LIN_CORR | pixel["HOT"]
    else:
        coeffs[1, 2, 3] = np.nan if cause == "nan" else -0.0
    causes = make_safe(coeffs, dq)
    assert coeffs[:, 2, 3].tolist() == [0, 1, 0]
    assert {name: count for name, count in counts(causes).items() if count} == {cause: 1}


def test_added_flags_leaves_out_pixels_that_the_reference_flags() -> None:
    coeffs, dq = np.ones((3, *SIZE), np.float32), np.zeros(SIZE, np.uint32)
    dq[0, 0], coeffs[2, 1, 1] = NO_LIN_CORR, np.nan
    added = added_flags(make_safe(coeffs, dq))
    assert added.dtype == np.uint32
    assert np.argwhere(added == NO_LIN_CORR).tolist() == [[1, 1]]


@pytest.mark.parametrize("dtype", ["float32", "float64", "uint8"])
def test_aligned_begins_on_a_cache_line(dtype: str) -> None:
    array = aligned((3, 5, 7), dtype)
    assert array.ctypes.data % 64 == 0
    assert (array.shape, array.dtype) == ((3, 5, 7), np.dtype(dtype))


def test_make_safe_counts_infinite_coefficients_of_pixels_with_a_polynomial() -> None:
    coeffs, dq = np.ones((3, 2, 3), np.float32), np.zeros((2, 3), np.uint32)
    dq[0, 0] = NO_LIN_CORR
    coeffs[2, 0] = np.inf
    coeffs[0, 0, 1] = np.nan
    assert counts(make_safe(coeffs, dq))["infinite"] == 1
