"""Arrays of shapes that numpy would stretch, and kinds of numbers that are unusual."""

from __future__ import annotations

import numpy as np
from astropy.io import fits
from factories import SIZE
from fault_driver import Case
from fault_numbers import flags_are_right, mask_flags, samples_are_right
from fault_scenes import (
    DQ,
    LIN,
    LIN_PRODUCT,
    RAMP,
    all_of,
    data,
    edited,
    keyword,
    pixels,
    ramp,
    without,
)

RIGHT = flags_are_right()


def _science(change: object) -> object:
    def edit(hdus: fits.HDUList) -> None:
        hdus["SCI"].data = change(hdus["SCI"].data)  # type: ignore[operator]

    return edited(RAMP, edit)


def _in_primary(hdus: fits.HDUList) -> None:
    primary = fits.PrimaryHDU(hdus["SCI"].data, hdus[0].header)
    del hdus["SCI"]
    hdus[0] = primary


def _scaled(hdus: fits.HDUList) -> None:
    hdus["SCI"].data = hdus["SCI"].data.astype("i4")
    hdus["SCI"].scale("int16", bzero=32768)


def _only_the_mask() -> None:
    np.testing.assert_array_equal(data("x_dq_init.fits", "PIXELDQ"), mask_flags())


CASES = [
    Case("SCI is an image", DQ, r"SCI.*(12, 16)|2 axes|axes", _science(lambda a: a[0, 0])),
    Case("SCI is a cube", DQ, r"axes|SCI", _science(lambda a: a[0])),
    Case("SCI is a line", DQ, r"axes|SCI", _science(lambda a: a[0, 0, 0])),
    Case("SCI has five axes", DQ, r"axes|SCI", _science(lambda a: a[None])),
    Case("SCI without numbers", DQ, "no SCI extension|no sample", _science(lambda a: None)),
    Case("SCI in the primary unit", DQ, "no SCI extension", edited(RAMP, _in_primary)),
    Case("zero columns", DQ, "no sample in it", _science(lambda a: a[..., :0])),
    Case("zero rows", LIN, "no sample in it", _science(lambda a: a[:, :, :0]), makes=LIN_PRODUCT),
    Case("zero groups", LIN, "no sample in it", _science(lambda a: a[:, :0]), makes=LIN_PRODUCT),
    Case("zero integrations", DQ, "no sample in it", _science(lambda a: a[:0])),
    Case(
        "PIXELDQ of one row",
        DQ,
        "",
        pixels(RAMP, "PIXELDQ", lambda a: a[:1]),
        0,
        check=_only_the_mask,
        warns=r"PIXELDQ has shape \(1, 16\), expected \(12, 16\)",
    ),
    Case(
        "PIXELDQ of one column",
        LIN,
        "PIXELDQ cannot be flags of SCI",
        pixels(RAMP, "PIXELDQ", lambda a: a[:, :1]),
        makes=LIN_PRODUCT,
    ),
    Case(
        "PIXELDQ is turned",
        LIN,
        "PIXELDQ cannot be flags of SCI",
        pixels(RAMP, "PIXELDQ", np.transpose),
        makes=LIN_PRODUCT,
    ),
    Case("PIXELDQ is a cube", DQ, r"PIXELDQ", pixels(RAMP, "PIXELDQ", lambda a: np.stack([a, a]))),
    Case(
        "GROUPDQ of one group",
        LIN,
        "GROUPDQ cannot be flags of SCI",
        pixels(RAMP, "GROUPDQ", lambda a: a[:, :1]),
        makes=LIN_PRODUCT,
    ),
    Case(
        "GROUPDQ of one integration",
        LIN,
        "GROUPDQ cannot be flags of SCI",
        pixels(RAMP, "GROUPDQ", lambda a: a[:1]),
        makes=LIN_PRODUCT,
    ),
    Case(
        "PIXELDQ of one row after dq_init",
        DQ,
        "S_DQINIT is COMPLETE.*no PIXELDQ.*torn",
        all_of(pixels(RAMP, "PIXELDQ", lambda a: a[:1]), keyword(RAMP, "S_DQINIT", "COMPLETE")),
    ),
    Case("GROUPDQ is an image", DQ, r"GROUPDQ", pixels(RAMP, "GROUPDQ", lambda a: a[0, 0])),
    Case(
        "GROUPDQ of 32 bits",
        DQ,
        "",
        pixels(RAMP, "GROUPDQ", lambda a: a.astype("i4")),
        0,
        check=RIGHT,
    ),
    Case(
        "PIXELDQ of 64 bits",
        DQ,
        "",
        pixels(RAMP, "PIXELDQ", lambda a: a.astype("i8")),
        0,
        check=RIGHT,
    ),
    Case("SCI of 16-bit integers", DQ, "", ramp(dtype="int16"), 0, check=RIGHT),
    Case("SCI of unsigned 16-bit integers", DQ, "", ramp(dtype="uint16"), 0, check=RIGHT),
    Case("SCI of doubles", LIN, "", ramp(dtype="float64"), 0, LIN_PRODUCT, samples_are_right()),
    Case("SCI of bytes", DQ, "", ramp(dtype="uint8"), 0, check=RIGHT),
    Case("SCI scaled", DQ, "", edited(RAMP, _scaled), 0, check=RIGHT),
    Case("one group", LIN, "", ramp(shape=(2, 1, *SIZE)), 0, LIN_PRODUCT, samples_are_right()),
    Case("one integration of one group", DQ, "", ramp(shape=(1, 1, *SIZE)), 0, check=RIGHT),
    Case(
        "torn after dq_init: GROUPDQ lost",
        LIN,
        "S_DQINIT is COMPLETE.*no GROUPDQ.*torn",
        edited(RAMP, lambda hdus: (hdus[0].header.set("S_DQINIT", "COMPLETE"), hdus.pop(3))),
        makes=LIN_PRODUCT,
    ),
    Case(
        "torn after dq_init: all flags lost",
        LIN,
        "no PIXELDQ and no GROUPDQ.*torn",
        edited(
            RAMP,
            lambda hdus: (hdus[0].header.set("S_DQINIT", "COMPLETE"), hdus.pop(3), hdus.pop(2)),
        ),
        makes=LIN_PRODUCT,
    ),
    Case(
        "linearity without GROUPDQ",
        LIN,
        "",
        without(RAMP, "GROUPDQ"),
        0,
        LIN_PRODUCT,
        warns="no GROUPDQ",
    ),
]
