"""Which pixel is shown, and its ramp."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from jwst.datamodels import RampModel
from strun.datamodels.dqflags import group
from strun.quicklook.ramps import read_ramp, relative_changes
from strun.quicklook.source import opened

Maker = Callable[..., RampModel]


def test_ramp_is_the_same_from_file_and_memory(folder: Path, exposure: Maker) -> None:
    model = exposure((2, 5, 12, 16))
    model.groupdq[0, 3:, 7, 2] = group["SATURATED"]
    model.save("x.fits")
    for source in (opened(model), opened("x.fits")):
        ramp = read_ramp(source, (2, 7))
        np.testing.assert_array_equal(ramp.samples, model.data[0, :, 7, 2])
        assert ramp.has("SATURATED").tolist() == [False] * 3 + [True] * 2


def test_changes_leave_out_faint_and_unchanged_samples(exposure: Maker) -> None:
    before = exposure((1, 2, 8, 9))
    before.data[0, 0, 0, :3] = 5
    after = before.copy()
    after.data *= np.float32(1.5)
    after.data[0, 1, 7, 0] = before.data[0, 1, 7, 0]
    changes = relative_changes(opened(before), opened(after))
    assert changes.size == 2 * 8 * 9 - 4
    np.testing.assert_allclose(changes, 0.5, rtol=1e-6)
