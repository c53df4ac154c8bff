"""Which amplifier reads a pixel, and what the panels of refpix show."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from jwst.datamodels import RampModel
from jwst.refpix.panels import amplifiers
from strun.datamodels.dqflags import pixel
from strun.quicklook import draw_step
from strun.quicklook.source import opened


def exposure(shape: tuple[int, ...], **said: Any) -> RampModel:  # noqa: ANN401
    model = RampModel(shape)
    model.meta.instrument.name = said.get("instrument", "NIRCAM")
    model.meta.subarray.fastaxis = said.get("fastaxis", 1)
    model.meta.exposure.noutputs = said.get("noutputs", 4)
    return model


def test_columns_of_a_near_infrared_frame_have_four_amplifiers() -> None:
    numbers, names = amplifiers(opened(exposure((1, 1, 8, 2048))))
    assert np.bincount(numbers[0]).tolist() == [512] * 4
    assert names[1] == "columns 512-1023"


def test_rows_have_them_where_rows_are_read_in_parallel() -> None:
    numbers, names = amplifiers(opened(exposure((1, 1, 2048, 8), fastaxis=-2)))
    assert np.bincount(numbers[:, 0]).tolist() == [512] * 4
    assert names[3] == "rows 1536-2047"


def test_outputs_of_miri_alternate() -> None:
    numbers, _ = amplifiers(opened(exposure((1, 1, 8, 12), instrument="MIRI")))
    assert numbers[0].tolist() == [0, 1, 2, 3] * 3


@pytest.mark.parametrize(("width", "outputs"), [(320, 1), (2048, 1), (320, 4)])
def test_subarray_of_one_output_has_one(width: int, outputs: int) -> None:
    numbers, names = amplifiers(opened(exposure((1, 1, 8, width), noutputs=outputs)))
    assert not numbers.any()
    assert names == ["all"]


def test_drifts_are_drawn_before_and_after_by_amplifier() -> None:
    before = exposure((1, 3, 12, 2048))
    before.pixeldq[...] = 0
    before.pixeldq[:4] = pixel["REFERENCE_PIXEL"]
    before.pixeldq[0] |= np.uint32(pixel["DO_NOT_USE"])
    drift = np.arange(12, dtype=np.float32).reshape(3, 4).repeat(512, axis=1)
    before.data[...] = drift[:, None]
    before.data[:, :, 0] = 900
    after = before.copy()
    after.data -= drift[:, None]
    figure = draw_step("refpix", after, before)
    axes = {each.get_title(): each for each in figure.axes}
    lines = axes["Mean of the reference pixels"].lines
    for amplifier in range(4):
        old, new = lines[2 * amplifier], lines[2 * amplifier + 1]
        np.testing.assert_allclose(old.get_ydata(), [amplifier, amplifier + 4, amplifier + 8])
        np.testing.assert_allclose(new.get_ydata(), 0)
    taken = axes["Mean subtracted, of 12 rows"].lines[2].get_ydata()
    np.testing.assert_allclose(taken, [2, 6, 10])
