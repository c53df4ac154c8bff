"""Panels of the flags of groups."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

from strun.datamodels.dqflags import group
from strun.quicklook import flag_panels
from strun.quicklook.flag_panels import draw_shares, flag_shares
from strun.quicklook.reduce import Cells, count_samples, first_by_cell
from strun.quicklook.source import Lines

SATURATED = group["SATURATED"]


@pytest.fixture
def flags(rng: np.random.Generator) -> np.ndarray:
    """Return GROUPDQ of two integrations of five groups."""
    return np.where(rng.random((2, 5, 30, 44)) < 0.1, SATURATED, 0).astype(np.uint8)


def test_first_group_is_the_earliest_of_a_cell(flags: np.ndarray) -> None:
    found, pixels = first_by_cell(Lines.of_array(flags), 5, Cells(3, 4), SATURATED)
    has = flags[0] != 0
    assert pixels == np.count_nonzero(has.any(axis=0))
    first = np.where(has.any(axis=0), has.argmax(axis=0) + 1, 9)
    earliest = first.reshape(10, 3, 11, 4).min(axis=(1, 3))
    np.testing.assert_array_equal(found, np.where(earliest == 9, 0, earliest))


def test_flagged_groups_of_a_cell_are_added_up(flags: np.ndarray) -> None:
    found, pixels = count_samples(Lines.of_array(flags), 5, Cells(3, 4), SATURATED)
    has = flags[0] != 0
    assert pixels == np.count_nonzero(has.any(axis=0))
    np.testing.assert_array_equal(found, has.sum(axis=0).reshape(10, 3, 11, 4).sum(axis=(1, 3)))


def test_shares_are_of_all_integrations(flags: np.ndarray) -> None:
    flags[:, 2] |= group["JUMP_DET"]
    shares, step = flag_shares(Lines.of_array(flags))
    assert step == 1
    assert set(shares) == {"SATURATED", "JUMP_DET"}
    np.testing.assert_allclose(shares["JUMP_DET"], [0, 0, 1, 0, 0])
    expected = ((flags & SATURATED) != 0).mean(axis=(0, 2, 3))
    np.testing.assert_allclose(shares["SATURATED"], expected)


def test_rows_of_a_long_exposure_are_sampled(
    flags: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flag_panels, "_MOST", flags.size // 3)
    shares, step = flag_shares(Lines.of_array(flags))
    assert step == 3
    expected = (flags[:, :, ::3] != 0).mean(axis=(0, 2, 3))
    np.testing.assert_allclose(shares["SATURATED"], expected)


@pytest.mark.parametrize("low", [1e-6, 1e-3, 0.2])
def test_ticks_of_shares_are_few_and_no_share_is_above_all(low: float) -> None:
    axes = Figure().add_subplot()
    draw_shares(axes, {"SATURATED": np.array([low, 1.0]), "JUMP_DET": np.array([0, low])}, "x")
    ticks = [tick for tick in axes.get_yticks() if tick >= axes.get_ylim()[0]]
    assert max(ticks) == 100
    assert 3 <= len(ticks) <= 8
    assert np.isnan(axes.lines[1].get_ydata()[0])
