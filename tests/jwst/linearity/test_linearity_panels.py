"""What the panels of linearity show."""

from __future__ import annotations

import numpy as np

from jwst.datamodels import RampModel
from jwst.linearity.panels import sampled_changes
from strun.quicklook.source import opened


def test_changes_leave_out_faint_and_unchanged_samples() -> None:
    before = RampModel((1, 2, 8, 9))
    before.data[...] = 500
    before.data[0, 0, 0, :3] = 5
    after = before.copy()
    after.data *= np.float32(1.5)
    after.data[0, 1, 7, 0] = before.data[0, 1, 7, 0]
    changes = sampled_changes(opened(before), opened(after))
    assert changes.size == 2 * 8 * 9 - 4
    np.testing.assert_allclose(changes, 0.5, rtol=1e-6)
