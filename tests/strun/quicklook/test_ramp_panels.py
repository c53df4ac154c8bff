"""Which pixel is shown, and its ramp."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from jwst.datamodels import RampModel
from strun.datamodels.dqflags import group, pixel
from strun.quicklook.ramp_panels import brightest_pixel, central_pixel, flagged_pixel, read_ramp
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


def test_brightest_good_pixel_is_chosen(exposure: Maker) -> None:
    model = exposure((2, 3, 20, 30))
    model.data[0, -1, 4, 5] = 5000
    model.data[0, -1, 6, 7] = 9000
    model.data[0, -1, 8, 9] = 8000
    model.data[0, -1, 1, 1] = np.nan
    model.pixeldq[6, 7] = pixel["HOT"]
    model.groupdq[0, -1, 8, 9] = group["SATURATED"]
    assert brightest_pixel(opened(model)) == (5, 4)


def test_brightest_pixel_is_chosen_when_none_is_good(exposure: Maker) -> None:
    model = exposure((1, 2, 8, 9))
    model.pixeldq[...] = pixel["HOT"]
    model.data[0, -1, 2, 3] = 9000
    assert brightest_pixel(opened(model)) == (3, 2)


def test_pixel_that_saturates_halfway_is_chosen(exposure: Maker) -> None:
    model = exposure((1, 6, 20, 30))
    for first, place in ((1, (2, 2)), (3, (4, 5)), (5, (6, 6))):
        model.groupdq[(0, slice(first, None), *place)] = group["SATURATED"]
    model.groupdq[0, :, 3, 3] = group["SATURATED"]
    assert flagged_pixel(opened(model), "SATURATED") == (5, 4)


def test_largest_of_several_jumps_is_chosen(exposure: Maker) -> None:
    model = exposure((1, 6, 20, 30))
    for rise, place in ((50, (2, 2)), (5000, (4, 5)), (9000, (6, 6))):
        model.groupdq[(0, 3, *place)] = group["JUMP_DET"]
        model.data[(0, slice(3, None), *place)] += rise
    model.pixeldq[6, 6] = pixel["HOT"]
    assert flagged_pixel(opened(model), "JUMP_DET") == (5, 4)
    model.groupdq[...] = 0
    assert flagged_pixel(opened(model), "JUMP_DET") == brightest_pixel(opened(model))


def test_good_pixel_next_to_the_middle_is_chosen(exposure: Maker) -> None:
    model = exposure((1, 2, 20, 30))
    model.pixeldq[10, 14:17] = pixel["HOT"]
    assert central_pixel(opened(model)) == (13, 10)
    model.pixeldq[10] = pixel["HOT"]
    assert central_pixel(opened(model)) == (15, 10)


def test_brightest_that_remembers_is_chosen_though_it_saturates(exposure: Maker) -> None:
    model = exposure((1, 6, 20, 30))
    for rise, place in ((50, (2, 2)), (9000, (4, 5))):
        model.groupdq[(0, slice(3, None), *place)] = group["PERSISTENCE"] | group["SATURATED"]
        model.data[(0, slice(None), *place)] += rise
    assert flagged_pixel(opened(model), "PERSISTENCE") == (5, 4)
