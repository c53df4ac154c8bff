"""A comparison in words, and the command."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from astropy.io import fits
from click.testing import CliRunner, Result

from strun.cli.diff import diff
from strun.datamodels.dqflags import pixel
from strun.diff.files import compare_files
from strun.diff.report import report

Pair = Callable[[Callable[[fits.HDUList], None]], tuple[Path, Path]]


def spoil(hdus: fits.HDUList) -> None:
    """Change something of every kind."""
    hdus[0].header["TARGNAME"] = "M 33"
    hdus["SCI"].data[0, 1:, 2, 3] += np.float32(0.5)
    hdus["PIXELDQ"].data[2, 3] |= np.uint32(pixel["NO_LIN_CORR"])
    hdus["INT_TIMES"].data["start"][0] = 9.5


def run(*words: object) -> Result:
    return CliRunner().invoke(diff, [str(word) for word in words], standalone_mode=False)


def test_report_names_what_differs(pair: Pair) -> None:
    text = "\n".join(report(compare_files(*pair(spoil))))
    for part in (
        "TARGNAME  'M 31'  |  'M 33'",
        "2 of 210 values differ (0.952 %)",
        "within [0:1, 1:3, 2:3, 3:4]",
        "on integration 0; groups 1, 2; row 2; column 3",
        "NO_LIN_CORR       only in A          0  only in B          1",
        "column start: 1 row differs, first row 0: 0.5 | 9.5",
        "4 of 5 HDUs differ: PRIMARY, SCI, PIXELDQ, INT_TIMES",
    ):
        assert part in text


def test_floats_are_told_by_ulp_and_relative_to_the_first(pair: Pair) -> None:
    def change(hdus: fits.HDUList) -> None:
        values = hdus["SCI"].data[0, 0].reshape(-1)
        values[:4] *= np.array([1 + 3e-7, 1.001, 1.5, -3], np.float32)

    text = "\n".join(report(compare_files(*pair(change))))
    assert "    relative to A: 1 to 1e-6, 1 to 1 %, 1 to 100 %, 1 beyond\n" in text
    # of numbers that differ by a factor nobody counts what lies between
    assert " ULP at" not in text


def test_images_of_other_shapes_are_said_not_to_be_compared(pair: Pair) -> None:
    def cut(hdus: fits.HDUList) -> None:
        hdus["SCI"].data = hdus["SCI"].data[0]

    assert "of another shape or type: values were not compared" in "\n".join(
        report(compare_files(*pair(cut)))
    )


def test_report_fits_100_columns(pair: Pair) -> None:
    first, second = pair(spoil)
    lines = [line.replace(str(first.parent), "") for line in report(compare_files(first, second))]
    assert max(map(len, lines)) <= 100


def test_exit_code_is_0_when_same(pair: Pair) -> None:
    result = run(*pair(lambda _: None))
    assert result.return_value == 0
    assert "same: 5 HDUs" in result.output


def test_exit_code_is_1_when_different(pair: Pair) -> None:
    result = run(*pair(spoil), "--quiet")
    assert result.return_value == 1
    assert result.output == ""


def test_exit_code_is_2_when_a_file_is_missing(tmp_path: Path) -> None:
    result = run(tmp_path / "a.fits", tmp_path / "b.fits")
    assert result.return_value == 2
    assert "a.fits: no such file" in result.output


def test_options_leave_out_what_they_name(pair: Pair) -> None:
    result = run(*pair(spoil), "--ignore", "targname", "--ignore-hdu", "SCI,*DQ,INT_TIMES")
    assert result.return_value == 0


def test_json_holds_the_findings(pair: Pair) -> None:
    found = json.loads(run(*pair(spoil), "--json").output)
    assert found["same"] is False
    assert found["hdus"][2]["image"]["flags"] == [{"flag": "NO_LIN_CORR", "only_a": 0, "only_b": 1}]
