"""The largest change of samples."""

from __future__ import annotations

import numpy as np

from strun.effects.change import Largest, relative_changes


def test_faint_unchanged_and_infinite_samples_are_left_out() -> None:
    before = np.array([50, 0, np.nan, np.inf, 1000, 200], np.float32)
    after = before * np.array([2, 2, 2, 2, 1, 1.5], np.float32)
    assert relative_changes(before, after).tolist() == [0.5]


def test_largest_is_that_of_either_sign() -> None:
    largest = Largest()
    largest.see(np.full(3, 200, np.float32), np.array([200, 220, 100], np.float32))
    largest.see(np.full(3, 200, np.float32), np.array([200, 220, 210], np.float32))
    assert largest.counts() == {"max_change": 0.5}


def test_largest_leaves_out_faint_and_infinite_samples() -> None:
    largest = Largest()
    before = np.array([50, 0, np.nan, np.inf, 300, 1000], np.float32)
    largest.see(before, np.array([500, 9, 7, np.inf, np.inf, 1250], np.float32))
    assert largest.counts() == {"max_change": 0.25}


def test_largest_says_nothing_when_no_sample_changed() -> None:
    largest = Largest()
    largest.see(np.full(3, 200, np.float32), np.full(3, 200, np.float32))
    assert largest.counts() == {}
