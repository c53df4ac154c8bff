"""Inputs that are not what they should be."""

from __future__ import annotations

import os

import numpy as np
from astropy.io import fits
from fault_driver import Case
from fault_numbers import flags_are_right, samples_are_right
from fault_scenes import (
    DQ,
    LIN,
    LIN_PRODUCT,
    MASK,
    RAMP,
    all_of,
    cut,
    data,
    dq,
    edited,
    gone,
    keyword,
    lin,
    pixels,
    written,
)

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20


def _second_science(hdus: fits.HDUList) -> None:
    second = fits.ImageHDU(np.zeros_like(hdus["SCI"].data), name="SCI")
    second.header["EXTVER"] = 2
    hdus.append(second)


def _table_science(hdus: fits.HDUList) -> None:
    hdus[1] = fits.BinTableHDU(np.zeros(3, [("A", "f4")]), name="SCI")


def _nan_and_infinity(values: np.ndarray) -> None:
    values[0, 1, 2, 3] = np.nan
    values[1, 2, 5, 5] = np.inf
    values[1, 3, 6, 6] = -np.inf


def _passed_through() -> None:
    flags_are_right()()
    assert data("x_dq_init.fits", "SCI").tobytes() == data(RAMP, "SCI").tobytes()
    assert np.isnan(data("x_dq_init.fits", "SCI")[0, 1, 2, 3])


def _corrected_but_nan() -> None:
    after = data(LIN_PRODUCT, "SCI")
    assert np.isnan(after[0, 1, 2, 3])
    assert not np.isfinite(after[1, 2, 5, 5])
    assert np.isfinite(after).sum() == after.size - 3


CASES = [
    Case("input missing", dq("none.fits"), r"none\.fits: no such file; check", makes=None),
    Case("input is a folder", dq("f.fits"), "is a folder, expected", lambda: os.mkdir("f.fits")),
    Case("input is empty", DQ, r"x_uncal\.fits: the file is empty", written(RAMP, "")),
    Case("input cut in the first header", DQ, "no END card: the file is cut", cut(RAMP, 1000)),
    Case("input cut in the second header", DQ, "HDU 1.*no END card", cut(RAMP, 2880 + 200)),
    Case("input cut in SCI", DQ, r"HDU 1 \(SCI\) is cut.*get a whole copy", cut(RAMP, 9000)),
    Case("input cut between units", DQ, r"HDU 2.*no END card", cut(RAMP, 14400 + 80)),
    Case("input one byte short", DQ, r"HDU 3 \(GROUPDQ\) is cut", cut(RAMP, -2880)),
    Case("linearity of a cut input", LIN, "is cut", cut(RAMP, 9000), makes=LIN_PRODUCT),
    Case("input is text", DQ, "not a FITS file", written(RAMP, "hello\n" * 2000)),
    Case("input is a picture", DQ, "not a FITS file", written(RAMP, PNG)),
    Case("input is zeros", DQ, "not a FITS file", written(RAMP, b"\0" * 20_000)),
    Case("input is SIMPLE and no more", DQ, "no END card", written(RAMP, "SIMPLE  =")),
    Case("input has no SCI", DQ, "no SCI extension", edited(RAMP, lambda h: h.pop(1))),
    Case("linearity of a reference", lin(MASK), "is it an exposure", makes=None),
    Case("SCI is a table", DQ, "no SCI extension", edited(RAMP, _table_science)),
    Case(
        "second SCI extension",
        DQ,
        r"2 extensions are named SCI \(HDU 1, 4\), expected one",
        edited(RAMP, _second_science),
    ),
    Case(
        "rubbish after the last unit",
        DQ,
        "no FITS extension; the file is damaged",
        lambda: _append(b"rubbish" * 500),
    ),
    Case(
        "zeros after the last unit",
        DQ,
        "",
        lambda: _append(b"\0" * 3000),
        0,
        check=flags_are_right(),
    ),
    Case(
        "NaN and infinity are data",
        DQ,
        "",
        pixels(RAMP, "SCI", _nan_and_infinity),
        0,
        check=_passed_through,
    ),
    Case(
        "NaN and infinity are corrected",
        LIN,
        "",
        pixels(RAMP, "SCI", _nan_and_infinity),
        0,
        makes=LIN_PRODUCT,
        check=_corrected_but_nan,
    ),
    Case("read-only input", DQ, "", lambda: os.chmod(RAMP, 0o444), 0, check=flags_are_right()),
    Case(
        "no flags in the input",
        DQ,
        "",
        all_of(edited(RAMP, lambda h: h.pop(3)), edited(RAMP, lambda h: h.pop(2))),
        0,
        check=flags_are_right(),
    ),
    Case(
        "linearity of its own product",
        lin(),
        "S_LINEAR is COMPLETE.*--force",
        keyword(RAMP, "S_LINEAR", "COMPLETE"),
        makes=LIN_PRODUCT,
    ),
    Case(
        "linearity of its own product by force",
        lin(RAMP, "linearity.fits", "--force"),
        "",
        keyword(RAMP, "S_LINEAR", "COMPLETE"),
        0,
        LIN_PRODUCT,
        samples_are_right(),
    ),
    Case(
        "linearity of what was skipped",
        LIN,
        "",
        keyword(RAMP, "S_LINEAR", "SKIPPED"),
        0,
        LIN_PRODUCT,
        samples_are_right(),
    ),
    Case("input goes after it was named", DQ, "no such file", gone(RAMP)),
]


def _append(content: bytes) -> None:
    with open(RAMP, "ab") as stream:
        stream.write(content)
