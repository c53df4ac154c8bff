from __future__ import annotations

import numpy as np
import pytest

from strun.engine.zeros import zeroed

VALUES = np.array([[1.5, np.nan, -0.0], [np.inf, -7.0, np.nan]], np.float32)
BAD = np.array([[False, True, True], [True, False, False]])


def test_bad_values_become_zero_and_others_keep_their_bits() -> None:
    expected = VALUES.copy()
    expected[BAD] = 0
    assert zeroed(VALUES, BAD).tobytes() == expected.tobytes()


@pytest.mark.parametrize("part", [slice(None), slice(1, None)])
def test_values_are_changed_in_place_when_they_are_the_output(part: slice) -> None:
    values, expected = VALUES.copy(), VALUES.copy()
    expected[:, part][BAD[:, part]] = 0
    zeroed(values[:, part], BAD[:, part], out=values[:, part])
    assert values.tobytes() == expected.tobytes()
