"""Count rates of guiders, against plain versions."""

from __future__ import annotations

import numpy as np
import pytest

from jwst.guider_cds.rates import differences, errors


@pytest.fixture
def data(rng: np.random.Generator) -> np.ndarray:
    """Return two integrations of nine groups."""
    return rng.normal(100, 30, (2, 9, 4, 5)).astype(np.float32)


@pytest.mark.parametrize("mode", ["FGS_ACQ1", "FGS_ACQ2", "FGS_TRACK"])
def test_first_group_is_taken_from_the_second(data: np.ndarray, mode: str) -> None:
    np.testing.assert_array_equal(differences(data, mode), data[:, 1] - data[:, 0])


def test_fine_guiding_takes_means_of_four_groups(data: np.ndarray) -> None:
    for one, found in zip(data, differences(data, "FGS_FINEGUIDE"), strict=True):
        np.testing.assert_array_equal(found, one[5:].mean(axis=0) - one[:4].mean(axis=0))


def test_identification_takes_the_smaller_of_two_integrations(data: np.ndarray) -> None:
    found = differences(data, "FGS_ID-IMAGE")
    assert found.shape == (1, 4, 5)
    rises = data[:, 1] - data[:, 0]
    np.testing.assert_array_equal(found[0], np.where(rises[0] < rises[1], rises[0], rises[1]))


def test_error_is_that_of_two_reads_and_of_the_light() -> None:
    rise = np.array([[[100, -100, 100]]], np.float32)
    gain = np.array([[2, 2, np.nan]], np.float32)
    found = errors(rise, gain, np.full((1, 3), 5, np.float32), 0.5)
    np.testing.assert_allclose(found[0, 0], [np.sqrt(200 + 100), np.sqrt(200), np.nan])
