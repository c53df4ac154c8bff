"""The flags of the first groups, and what the header says of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from factories import make_ramp, primary

from jwst.rscd import RscdStep
from jwst.rscd.correction import Groups, flag_groups, groups_to_flag
from strun.datamodels.dqflags import group, pixel
from strun.errors import InputError, ReferenceFileError
from strun.steps.running import run_on_file
from strun.testing import check_correction

SAID = {"SUBARRAY": "SUB64", "READPATT": "FASTR1", "NINTS": 2, "NGROUPS": 8}
BAD, FULL = group["DO_NOT_USE"], group["SATURATED"]


def make_rscd(path: Path, *, old: bool = False, subarray: str = "SUB64") -> str:
    """Write a reference of 2 groups for first integrations, 3 for later ones."""
    columns = [
        ("subarray", "S17"),
        ("readpatt", "S12"),
        ("group_skip1", "i4"),
        ("group_skip", "i4"),
    ]
    rows = np.array([("FULL", "FASTR1", 9, 9), (subarray, "FASTR1", 2, 3)], columns)
    if old:
        rows = rows[["subarray", "readpatt", "group_skip"]].copy()
    table = fits.BinTableHDU(rows, name="RSCD_GROUP_SKIP")
    header = primary(REFTYPE="RSCD", DATAMODL=None, EXP_TYPE=None)
    fits.HDUList([header, table]).writeto(path, overwrite=True)
    return str(path)


@pytest.fixture
def bright(folder: Path) -> str:
    """Return an exposure of two integrations of eight groups with bright pixels."""
    ramp = make_ramp(folder / "x_uncal.fits", shape=(2, 8, 12, 16), **SAID)
    with fits.open(ramp, mode="update") as hdus:
        flags = hdus["GROUPDQ"].data
        flags[:] = 0
        flags[0, 2:, 0, 0] |= group["SATURATED"]
        flags[1, 1:, 5, :4] |= group["SATURATED"]
        flags[1, :, 6] |= group["SATURATED"]
    return str(ramp)


def test_header_tells_groups_and_bright_pixels(bright: str, folder: Path) -> None:
    step = RscdStep(override_rscd=make_rscd(folder / "rscd.fits"))
    product = str(run_on_file(step, bright).product)
    header = fits.getheader(product)
    names = ("SKIP", "BORS", "UGP1")
    assert [header[f"INT1{name}"] for name in names] == [2, 1, 1]
    assert [header[f"INT2{name}"] for name in names] == [3, 4, 4]
    assert (header["S_RSCD"], header["R_RSCD"]) == ("COMPLETE", "rscd.fits")
    in_memory = RscdStep.call(bright, override_rscd="rscd.fits").meta.rscd
    assert in_memory.keep_groups_saturation_int2p == 4
    estimated = (fits.getdata(product, "PIXELDQ") & pixel["FLUX_ESTIMATED"]) != 0
    assert sorted(zip(*map(list, np.nonzero(estimated)), strict=True)) == [
        (0, 0),
        *((5, column) for column in range(4)),
    ]


def test_segment_that_begins_later_has_no_first_integration(folder: Path) -> None:
    said = SAID | {"NINTS": 9, "INTSTART": 3, "INTEND": 4}
    ramp = make_ramp(folder / "x_uncal.fits", shape=(2, 8, 12, 16), **said)
    step = RscdStep(override_rscd=make_rscd(folder / "rscd.fits"))
    header = fits.getheader(str(run_on_file(step, str(ramp)).product))
    assert header["INT2SKIP"] == 3
    assert "INT1SKIP" not in header


def test_old_reference_flags_one_group_of_the_first(bright: str, folder: Path) -> None:
    step = RscdStep(override_rscd=make_rscd(folder / "rscd.fits", old=True))
    assert fits.getval(str(run_on_file(step, bright).product), "INT1SKIP") == 1


def test_subarray_without_a_row_is_left_alone(bright: str, folder: Path) -> None:
    step = RscdStep(override_rscd=make_rscd(folder / "rscd.fits", subarray="SUB128"))
    header = fits.getheader(str(run_on_file(step, bright).product))
    assert header["S_RSCD"] == "SKIPPED"
    assert "INT1SKIP" not in header


def test_file_without_the_table_is_refused(bright: str, folder: Path) -> None:
    fits.HDUList([primary(REFTYPE="RSCD", DATAMODL=None)]).writeto("rscd.fits")
    with pytest.raises(ReferenceFileError, match="no RSCD_GROUP_SKIP table"):
        run_on_file(RscdStep(override_rscd="rscd.fits"), bright)
    assert not Path("x_rscd.fits").exists()


def test_saturation_that_ends_within_ramps_is_refused(folder: Path) -> None:
    ramp = make_ramp(folder / "x_uncal.fits", shape=(2, 8, 12, 16), **SAID)
    with fits.open(ramp, mode="update") as hdus:
        hdus["GROUPDQ"].data[:] = 0
        hdus["GROUPDQ"].data[0, 2, 3, 3] = group["SATURATED"]
    step = RscdStep(override_rscd=make_rscd(folder / "rscd.fits"))
    with pytest.raises(InputError, match="run saturation before rscd"):
        run_on_file(step, str(ramp))
    assert not Path("x_rscd.fits").exists()


def test_correction_gives_the_same_however_it_is_cut(bright: str, folder: Path) -> None:
    step = RscdStep(override_rscd=make_rscd(folder / "rscd.fits"))
    with step.open_input(bright) as model:
        correction = step.prepare(model)
        assert correction is not None
        check_correction(correction, {"groupdq": model.groupdq, "pixeldq": model.pixeldq})


def test_numbers_are_those_of_the_arrays(bright: str, folder: Path) -> None:
    outcome = run_on_file(RscdStep(override_rscd=make_rscd(folder / "rscd.fits")), bright)
    flagged = fits.getdata(outcome.product, "GROUPDQ") & group["DO_NOT_USE"]
    (effect,) = outcome.effects.values()
    assert effect.numbers["samples_first_groups"] == np.count_nonzero(flagged)
    assert effect.line == (
        f"{np.count_nonzero(flagged):,} of 3,072 samples flagged DO_NOT_USE as first groups "
        "(30.8 %); 1 of 192 pixels saturate early and lose fewer of the first integration "
        "(0.521 %), 4 fewer of a later one (2.08 %)"
    )


@pytest.mark.parametrize(
    ("wanted", "ngroups", "nints", "expected"),
    [
        (Groups(3, 4), 10, 2, Groups(3, 4)),
        (Groups(-1, 4), 10, 2, Groups(1, 4)),
        (Groups(3, 4), 6, 2, Groups(3, 3)),
        (Groups(3, 4), 6, 1, Groups(3, 4)),
        (Groups(3, 4), 5, 2, Groups(1, 1)),
        (Groups(3, 4), 3, 2, Groups(0, 0)),
    ],
)
def test_short_ramps_lose_fewer_groups(
    wanted: Groups, ngroups: int, nints: int, expected: Groups
) -> None:
    assert groups_to_flag(wanted, ngroups=ngroups, nints=nints) == expected


def _plain(flags: list[int], count: int) -> int:
    """Return the groups that one pixel loses."""
    if flags[0] & FULL:
        return count
    level = count + 2
    while level > 1 and flags[level - 1] & FULL:
        count, level = max(0, count - 1), level - 1
    return count


@pytest.mark.parametrize("count", [0, 1, 3, 4])
def test_bright_pixels_lose_fewer_groups(rng: np.random.Generator, count: int) -> None:
    first = rng.integers(0, 9, (6, 7))
    groupdq = np.where(np.arange(8)[:, None, None] >= first, FULL, 0).astype(np.uint8)
    expected = groupdq.copy()
    for place in np.ndindex(6, 7):
        lost = _plain([int(each) for each in groupdq[(slice(None), *place)]], count)
        expected[(slice(lost), *place)] |= BAD
    left, bright = flag_groups(groupdq, count)
    np.testing.assert_array_equal(groupdq, expected)
    np.testing.assert_array_equal(left, np.count_nonzero(groupdq & BAD, axis=0))
    assert bright == [int(((first <= n) & (first > 0)).sum()) for n in range(count + 1, 0, -1)]
