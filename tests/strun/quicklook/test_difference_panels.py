"""Panels of what was subtracted."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from jwst.datamodels import RampModel
from strun.quicklook import draw_step

Maker = Callable[..., RampModel]


@pytest.fixture
def pair(exposure: Maker) -> tuple[RampModel, RampModel]:
    """Return exposures before and after 2 DN a group were subtracted, in the second column 9."""
    before = exposure((2, 4, 20, 30))
    after = before.copy()
    after.data -= np.float32(2) * np.arange(1, 5, dtype=np.float32)[:, None, None]
    after.data[..., 1] -= np.float32(9)
    return before, after


def test_map_histogram_and_medians_are_of_what_was_subtracted(
    pair: tuple[RampModel, RampModel],
) -> None:
    before, after = pair
    figure = draw_step("dark_current", after, before)
    image, _, histogram, medians = figure.axes
    taken = np.asarray(image.images[0].get_array())
    np.testing.assert_allclose(taken, (before.data - after.data)[0, -1])
    assert image.get_title() == "Subtracted from group 4"
    assert histogram.get_title() == "Subtracted from 600 pixels of group 4"
    assert histogram.get_legend().get_texts()[0].get_text() == "median 8 DN"
    lines = [line for line in medians.lines if line.get_label().startswith("integration")]
    for line in lines:
        np.testing.assert_allclose(line.get_ydata(), [2, 4, 6, 8], rtol=1e-4)
    assert len(lines) == 2


def test_rounding_of_a_constant_is_no_structure(exposure: Maker) -> None:
    before = exposure((1, 3, 20, 30))
    before.data += np.float32(30000)
    after = before.copy()
    after.data -= np.float32(1.8511)
    image = draw_step("superbias", after, before).axes[0].images[0]
    assert image.norm.vmax - image.norm.vmin == pytest.approx(1)
