"""Windows after saturation against a plain version, and the step on files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from factories import SIZE, make_ramp

from jwst.persistence import PersistenceStep
from jwst.persistence.correction import flag_windows, seconds_of
from strun.datamodels.dqflags import group
from strun.errors import InputError
from strun.steps.running import run_on_file
from strun.testing import check_correction

SATURATED, PERSISTENCE, DO_NOT_USE = (
    group[name] for name in ("SATURATED", "PERSISTENCE", "DO_NOT_USE")
)
SAID = {"TGROUP": 10.0, "EFFINTTM": 50.0, "EXPSTART": 59800.25}


def plain(
    samples: list[list[float]], flags: list[list[int]], window: float, threshold: float | None
) -> list[list[bool]]:
    """Return which samples of one pixel are in a window."""
    end, inside = 0.0, []
    for number, (values, marks) in enumerate(zip(samples, flags, strict=True)):
        seen, found = 0, []
        for index, (value, mark) in enumerate(zip(values, marks, strict=True)):
            now = 1e6 + number * 50.0 + (index + 1) * 10.0
            end = 0.0 if end < now else end
            seen += bool(mark & SATURATED)
            opens = seen == 1 or (threshold is not None and value > threshold and not end)
            end = now + window if opens else end
            found.append(end > 0)
        inside.append(found)
    return inside


@pytest.mark.parametrize("threshold", [None, 50000.0])
@pytest.mark.parametrize("window", [5.0, 35.0, 90.0])
def test_windows_equal_those_of_plain_pixels(
    rng: np.random.Generator, window: float, threshold: float | None
) -> None:
    data = rng.uniform(0, 60000, (3, 5, 6, 7)).astype(np.float32)
    flags = rng.choice([0, 0, 0, SATURATED], data.shape).astype(np.uint8)
    found, ends = flags.copy(), np.zeros((6, 7))
    for number in range(3):
        flag_windows(
            data[number],
            found[number],
            ends,
            start=1e6 + number * 50.0,
            group_time=10.0,
            window=window,
            threshold=threshold,
            flags=np.uint8(PERSISTENCE),
        )
    for y, x in np.ndindex(6, 7):
        ramps, marks = data[:, :, y, x].tolist(), flags[:, :, y, x].tolist()
        expected = plain(ramps, marks, window, threshold)
        assert ((found[:, :, y, x] & PERSISTENCE) != 0).tolist() == expected


def test_seconds_are_counted_from_1970() -> None:
    assert seconds_of(40588.5) == 1.5 * 86400


@pytest.mark.parametrize("unusable", [False, True])
def test_windows_go_on_into_the_next_integration(folder: Path, unusable: bool) -> None:
    ramp = make_ramp(folder / "x_jump.fits", shape=(2, 5, *SIZE), **SAID)
    with fits.open(ramp, mode="update") as hdus:
        hdus["GROUPDQ"].data[:] = 0
        hdus["GROUPDQ"].data[0, 3:, 2, 3] = SATURATED
    step = PersistenceStep(persistence_time=25, persistence_dnu=unusable)
    product = str(run_on_file(step, str(ramp)).product)
    flags = fits.getdata(product, "GROUPDQ")
    assert np.argwhere(flags & PERSISTENCE).tolist() == [
        [0, 3, 2, 3],
        [0, 4, 2, 3],
        [1, 0, 2, 3],
    ]
    assert bool(flags[1, 0, 2, 3] & DO_NOT_USE) == unusable
    assert fits.getval(product, "S_PERSIS") == "COMPLETE"


def test_starts_of_integrations_are_taken_from_the_table(folder: Path) -> None:
    rows = np.array([(59800.25,), (59801.25,)], [("int_start_MJD_UTC", "f8")])
    table = fits.BinTableHDU(rows, name="INT_TIMES")
    ramp = make_ramp(folder / "x_jump.fits", shape=(2, 5, *SIZE), extra=(table,), **SAID)
    with fits.open(ramp, mode="update") as hdus:
        hdus["GROUPDQ"].data[:] = 0
        hdus["GROUPDQ"].data[0, 4, 2, 3] = SATURATED
    product = str(run_on_file(PersistenceStep(persistence_time=1000), str(ramp)).product)
    assert np.argwhere(fits.getdata(product, "GROUPDQ") & PERSISTENCE).tolist() == [[0, 4, 2, 3]]


def test_exposure_is_left_alone_without_a_time(folder: Path) -> None:
    ramp = make_ramp(folder / "x_jump.fits", **SAID)
    product = str(run_on_file(PersistenceStep(), str(ramp)).product)
    assert fits.getval(product, "S_PERSIS") == "FAILED"
    assert np.array_equal(fits.getdata(product, "GROUPDQ"), fits.getdata(ramp, "GROUPDQ"))


@pytest.mark.parametrize("keyword", ["TGROUP", "EXPSTART", "EFFINTTM"])
def test_missing_keyword_is_named(folder: Path, keyword: str) -> None:
    ramp = make_ramp(folder / "x_jump.fits", **{k: v for k, v in SAID.items() if k != keyword})
    with pytest.raises(InputError, match=f"{keyword}.* is missing"):
        run_on_file(PersistenceStep(persistence_time=25), str(ramp))


def test_correction_gives_the_same_however_it_is_cut(folder: Path) -> None:
    step = PersistenceStep(persistence_time=25, dn_threshold=5000.0)
    with step.open_input(str(make_ramp(folder / "x_jump.fits", **SAID))) as model:
        correction = step.prepare(model)
        assert correction is not None
        check_correction(correction, {"data": model.data, "groupdq": model.groupdq})
