"""What right numbers are, worked out from the good files by numpy and astropy alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from astropy.io import fits
from factories import window
from fault_scenes import DQ_PRODUCT, LIN_PRODUCT, LINEARITY, MASK, RAMP

from strun.datamodels.dqflags import group, pixel

Check = Callable[[], None]


def mask_flags(mask: str = MASK) -> np.ndarray:
    """Return the standard flags of a mask's pixels that the exposure covers."""
    with fits.open(mask) as hdus:
        raw = hdus["DQ"].data[window()]
        if "DQ_DEF" not in hdus or not len(hdus["DQ_DEF"].data):
            return raw.astype(np.uint32)
        flags = np.zeros(raw.shape, np.uint32)
        for row in hdus["DQ_DEF"].data:
            flags[(raw & row["VALUE"]) != 0] |= np.uint32(pixel.get(row["NAME"].strip(), 0))
        return flags


def flags_are_right(
    product: str = DQ_PRODUCT, before: str = RAMP, mask: str = MASK, science: str = "SCI"
) -> Check:
    """Return the check that a product of dq_init has the flags of input and mask, and its SCI."""

    def check() -> None:
        flags = mask_flags(mask)
        with fits.open(product) as after, fits.open(before) as input_file:
            expected = flags
            if "PIXELDQ" in input_file:
                expected = input_file["PIXELDQ"].data | flags
            np.testing.assert_array_equal(after["PIXELDQ"].data, expected)
            bad = (flags & pixel["DO_NOT_USE"]).astype(np.uint8)
            groups = input_file["GROUPDQ"].data if "GROUPDQ" in input_file else np.uint8(0)
            shape = after["SCI"].shape
            np.testing.assert_array_equal(
                after["GROUPDQ"].data, np.broadcast_to(groups | bad, shape)
            )
            given = input_file[science].data.astype("f4")
            assert after["SCI"].data.astype("f4").tobytes() == given.tobytes()
            assert after[0].header["S_DQINIT"] == "COMPLETE"

    return check


def samples_are_right(
    product: str = LIN_PRODUCT, before: str = RAMP, reference: str = LINEARITY
) -> Check:
    """Return the check that a product of linearity has the polynomials of its input's samples."""

    def check() -> None:
        with fits.open(reference) as hdus:
            coeffs = hdus["COEFFS"].data[:, *window()].astype("f8")
            # the second name of the factories' DQ_DEF
            flagged = np.zeros(coeffs.shape[1:], bool)
            if "DQ" in hdus:
                flagged = (hdus["DQ"].data[window()] & 2) != 0
        unusable = flagged | np.isnan(coeffs).any(axis=0) | (coeffs[1] == 0)
        with fits.open(product) as after, fits.open(before) as input_file:
            given = input_file["SCI"].data.astype("f8")
            value = np.zeros_like(given)
            with np.errstate(all="ignore"):
                for term in coeffs[::-1]:
                    value = value * given + term
            saturated = (input_file["GROUPDQ"].data & group["SATURATED"]) != 0
            expected = np.where(saturated | unusable, given, value)
            np.testing.assert_allclose(after["SCI"].data, expected, rtol=2e-5, atol=0.05)
            flags = after["PIXELDQ"].data & pixel["NO_LIN_CORR"]
            np.testing.assert_array_equal(flags != 0, unusable)
            assert after[0].header["S_LINEAR"] == "COMPLETE"

    return check


def unchanged(product: str, keyword: str, before: str = RAMP) -> Check:
    """Return the check that a skipped step has left every array as it was, and says so."""

    def check() -> None:
        with fits.open(product) as after, fits.open(before) as input_file:
            assert after[0].header[keyword] == "SKIPPED"
            for hdu in input_file[1:]:
                assert after[hdu.name].data.tobytes() == hdu.data.tobytes(), hdu.name

    return check
