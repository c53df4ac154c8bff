"""Two files compared."""

from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from strun.datamodels.dqflags import group, pixel
from strun.diff.files import compare_files
from strun.diff.results import HduDiff
from strun.errors import FitsError, InputNotFoundError

Change = Callable[[fits.HDUList], None]
Pair = Callable[[Change], tuple[Path, Path]]


def only_difference(pair: Pair, change: Change, **options: object) -> HduDiff:
    found = compare_files(*pair(change), **options)  # type: ignore[arg-type]
    differing = [hdu for hdu in found.hdus if not hdu.same]
    assert len(differing) == 1
    return differing[0]


def nothing(_: fits.HDUList) -> None:
    """Change nothing."""


def test_same_when_nothing_changed(pair: Pair) -> None:
    assert compare_files(*pair(nothing)).same


def test_dates_and_names_are_ignored_by_default(pair: Pair) -> None:
    def change(hdus: fits.HDUList) -> None:
        hdus[0].header.update({"DATE": "2027-01-01", "FILENAME": "b.fits"})

    files = pair(change)
    assert compare_files(*files).same
    exact = compare_files(*files, ignore=())
    assert [k.keyword for k in exact.hdus[0].keywords] == ["DATE", "FILENAME"]


@pytest.mark.parametrize("pattern", ["TARGNAME", "TARG*", "targname"])
def test_keyword_is_ignored_when_named(pair: Pair, pattern: str) -> None:
    def change(hdus: fits.HDUList) -> None:
        hdus[0].header["TARGNAME"] = "M 33"

    files = pair(change)
    assert not compare_files(*files).same
    assert compare_files(*files, ignore=[pattern, "FILENAME"]).same


def test_keyword_is_missing_when_removed(pair: Pair) -> None:
    def change(hdus: fits.HDUList) -> None:
        del hdus[0].header["TARGNAME"]

    (keyword,) = only_difference(pair, change).keywords
    assert (keyword.a, keyword.b) == ("'M 31'", None)


def test_history_line_is_found_when_added(pair: Pair) -> None:
    def change(hdus: fits.HDUList) -> None:
        hdus[0].header["HISTORY"] = "another line"

    (keyword,) = only_difference(pair, change).keywords
    assert (keyword.keyword, keyword.a, keyword.b) == ("HISTORY", None, "'another line'")


def test_region_and_ulp_are_told_when_values_differ(pair: Pair) -> None:
    def change(hdus: fits.HDUList) -> None:
        sci = hdus["SCI"].data
        sci[1, 2, 3, 4:6] = np.nextafter(sci[1, 2, 3, 4:6], np.float32(np.inf))
        sci[0, 2, 1, 4] += 100

    image = only_difference(pair, change).image
    assert image is not None
    assert image.differ == 3
    assert image.box == [(0, 2), (2, 3), (1, 4), (4, 6)]
    assert image.touched[2] == [1, 3]
    assert image.ulp[0] == 2
    assert image.largest is not None
    assert image.largest.size == 100
    assert image.largest.index == (0, 2, 1, 4)


def test_values_are_same_within_tolerance(pair: Pair) -> None:
    def change(hdus: fits.HDUList) -> None:
        sci = hdus["SCI"].data
        sci[...] = np.nextafter(sci, np.float32(np.inf))

    files = pair(change)
    assert not compare_files(*files).same
    found = compare_files(*files, ulp=1)
    assert found.same
    assert found.hdus[1].image is not None
    assert found.hdus[1].image.within == 210


def test_nan_and_zero_are_told_apart_by_their_bits(pair: Pair, tmp_path: Path) -> None:
    bits = np.array([[0x7FC00000, 0x7FC00000, 0x80000000, 0x3F800000]], np.uint32)
    other = np.array([[0x7FC00001, 0x3F800000, 0x00000000, 0x7FC00000]], np.uint32)
    paths = [tmp_path / "a.fits", tmp_path / "b.fits"]
    for path, values in zip(paths, (bits, other), strict=True):
        fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(values.view("f4"), name="SCI")]).writeto(
            path
        )
    image = compare_files(*paths).hdus[1].image
    assert image is not None
    assert (image.nan_bits, image.nan_a, image.nan_b, image.zero_signs) == (1, 1, 1, 1)
    assert image.differ == 4


def test_flags_are_told_by_name(pair: Pair) -> None:
    def change(hdus: fits.HDUList) -> None:
        hdus["PIXELDQ"].data[2, :3] |= np.uint32(pixel["HOT"] | pixel["DO_NOT_USE"])

    image = only_difference(pair, change).image
    assert image is not None
    assert [(f.flag, f.only_a, f.only_b) for f in image.flags] == [
        ("DO_NOT_USE", 0, 3),
        ("HOT", 0, 3),
    ]


def test_flags_of_signed_numbers_are_told_to_the_last_bit(pair: Pair) -> None:
    def change(hdus: fits.HDUList) -> None:
        hdus["PIXELDQ"].data = hdus["PIXELDQ"].data.astype(np.int64)
        hdus["PIXELDQ"].data[2, :3] = -1

    image = only_difference(pair, change).image
    assert image is not None
    assert [flag.only_b for flag in image.flags] == [3] * 64


def test_table_that_says_any_number_of_columns_is_compared_all_the_same(pair: Pair) -> None:
    first, second = pair(nothing)
    raw = second.read_bytes()
    card = b"TFIELDS =                    2"
    second.write_bytes(raw.replace(card, b"TFIELDS =  9223372036854775807"))
    assert not compare_files(first, second).same


def test_flags_of_groups_are_told_by_name(pair: Pair) -> None:
    def change(hdus: fits.HDUList) -> None:
        hdus["GROUPDQ"].data[0, 1, 2, 3] |= group["SATURATED"]

    image = only_difference(pair, change).image
    assert image is not None
    assert [f.flag for f in image.flags] == ["SATURATED"]


def test_shape_is_told_when_it_differs(pair: Pair) -> None:
    def change(hdus: fits.HDUList) -> None:
        hdus["SCI"].data = hdus["SCI"].data[:, :2]

    hdu = only_difference(pair, change)
    assert (hdu.form_a, hdu.form_b) == ("float32 2 x 3 x 5 x 7", "float32 2 x 2 x 5 x 7")


def test_values_are_compared_as_numbers_when_dtypes_differ(pair: Pair) -> None:
    def change(hdus: fits.HDUList) -> None:
        values = hdus["SCI"].data.astype(np.uint16)
        values[0, 0, 0, 0] = 9
        hdus["SCI"].data = values

    hdu = only_difference(pair, change)
    assert hdu.form_b.startswith("uint16")
    assert hdu.image is not None
    assert hdu.image.differ == 1


def test_units_are_named_when_missing_or_reordered(pair: Pair) -> None:
    def change(hdus: fits.HDUList) -> None:
        hdus.insert(1, hdus.pop(2))
        hdus["GROUPDQ"].name = "MORE"

    found = compare_files(*pair(change))
    assert (found.only_a, found.only_b, found.reordered) == (["GROUPDQ"], ["MORE"], True)
    assert not found.same


def test_column_is_named_when_a_row_differs(pair: Pair) -> None:
    def change(hdus: fits.HDUList) -> None:
        hdus["INT_TIMES"].data["number"][1] = 7

    table = only_difference(pair, change).table
    assert table is not None
    (column,) = table.columns
    assert (column.name, column.rows, column.first, column.b) == ("number", 1, 1, "7")


def test_rows_are_counted_when_a_table_grew(pair: Pair) -> None:
    def change(hdus: fits.HDUList) -> None:
        rows = hdus["INT_TIMES"].data
        hdus["INT_TIMES"] = fits.BinTableHDU(np.concatenate([rows, rows[:1]]), name="INT_TIMES")

    table = only_difference(pair, change).table
    assert table is not None
    assert (table.rows_a, table.rows_b, table.columns) == (2, 3, [])


def test_hdu_is_left_out_when_named(pair: Pair) -> None:
    def change(hdus: fits.HDUList) -> None:
        hdus["SCI"].data[...] = 0

    assert compare_files(*pair(change), ignore_hdus=["S*"]).same


def test_compressed_file_equals_plain_one(pair: Pair, tmp_path: Path) -> None:
    plain, _ = pair(nothing)
    packed = tmp_path / "c.fits.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert compare_files(plain, packed).same


def test_memory_is_bounded_when_files_are_large(tmp_path: Path) -> None:
    paths = [tmp_path / "a.fits", tmp_path / "b.fits"]
    for number, path in enumerate(paths):
        values = np.full((1, 40, 512, 512), number, np.float32)
        fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(values, name="SCI")]).writeto(path)
    del values
    tracemalloc.start()
    try:
        assert not compare_files(*paths).same
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 16 << 20


def test_error_when_a_file_is_missing(pair: Pair, tmp_path: Path) -> None:
    plain, _ = pair(nothing)
    with pytest.raises(InputNotFoundError, match=r"nowhere\.fits: no such file"):
        compare_files(plain, tmp_path / "nowhere.fits")


def test_error_when_a_file_is_cut(pair: Pair, tmp_path: Path) -> None:
    plain, _ = pair(nothing)
    cut = tmp_path / "cut.fits"
    cut.write_bytes(plain.read_bytes()[:6000])
    with pytest.raises(FitsError, match="is cut"):
        compare_files(plain, cut)
