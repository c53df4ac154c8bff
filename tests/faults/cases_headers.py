"""Headers that are odd, wrong or larger than anybody expects."""

from __future__ import annotations

from pathlib import Path

from astropy.io import fits
from fault_driver import Case
from fault_numbers import flags_are_right, samples_are_right
from fault_scenes import (
    DQ,
    LIN,
    LIN_PRODUCT,
    RAMP,
    all_of,
    card,
    edited,
    keyword,
    linearity,
    mask,
    ramp,
)

RIGHT = flags_are_right()
HUGE = "NGROUPS = 99999999999999999999999999999999"


def _ten_thousand(hdus: fits.HDUList) -> None:
    header = hdus[0].header
    header.extend([fits.Card(f"K{n:05}", n, "one of many") for n in range(10_000)], end=True)


def _all_there() -> None:
    RIGHT()
    header = fits.getheader("x_dq_init.fits")
    assert [header[f"K{n:05}"] for n in range(10_000)] == list(range(10_000))


def _kept(name: str, image: str, path: str = "x_dq_init.fits") -> None:
    """Assert that a card is in the product as it was in the input, byte for byte."""
    wanted = f"{image:<80}".encode("latin-1")
    assert wanted in Path(path).read_bytes()[:20_000], name


def _card_kept(name: str, image: str, hdu: int = 0) -> Case:
    """Return the case of an odd card in a header that no step owns."""
    put = all_of(keyword(RAMP, name, 1, hdu), card(RAMP, name, image, hdu))
    return Case(f"card kept: {image[:40]}", DQ, "", put, 0, check=lambda: _kept(name, image))


def _long_string(hdus: fits.HDUList) -> None:
    hdus[0].header["TITLE"] = "x" * 3000


def _float_flags(hdus: fits.HDUList) -> None:
    hdus["GROUPDQ"].data = hdus["GROUPDQ"].data.astype("f4")


def _long_there() -> None:
    RIGHT()
    assert fits.getheader("x_dq_init.fits")["TITLE"] == "x" * 3000


ODD_CARDS = [
    _card_kept("ODD", "ODD     = 'caf\xe9 \xb5m'"),
    _card_kept("ODD", "ODD     = 'no closing quote"),
    _card_kept("ODD", "ODD     = 1.0E+999"),
    _card_kept("ODD", "ODD     = 123456789012345678901234567890"),
    _card_kept("ODD", "ODD     ="),
    _card_kept("ODD", "ODD     = T / \x00\x01\x02"),
    _card_kept("ODD", "ODD     = NaN"),
    _card_kept("ODD", "ODD     no value at all"),
    _card_kept("ODD", "ODD     = (1.0, 2.0) / complex"),
    _card_kept("ODD", "ODD     = 'O''Brien''s'", 1),
]

CASES = [
    *ODD_CARDS,
    Case("10,000 cards", DQ, "", edited(RAMP, _ten_thousand), 0, check=_all_there),
    Case("a string of 3,000 characters", DQ, "", edited(RAMP, _long_string), 0, check=_long_there),
    Case(
        "integer that overflows in NGROUPS",
        DQ,
        "",
        all_of(keyword(RAMP, "NGROUPS", 5), card(RAMP, "NGROUPS", HUGE)),
        0,
        check=RIGHT,
    ),
    Case(
        "integer that overflows in NAXIS1",
        DQ,
        "cut|NAXIS1",
        card(RAMP, "NAXIS1", "NAXIS1  = 99999999999999999999999", 1),
    ),
    Case(
        "negative NAXIS2",
        DQ,
        "HDU 1: NAXIS2 is -12, expected 0 or more",
        card(RAMP, "NAXIS2", "NAXIS2  = -12", 1),
    ),
    Case("NAXIS is text", DQ, "HDU 1: NAXIS is 'four'", card(RAMP, "NAXIS", "NAXIS   = 'four'", 1)),
    Case("NAXIS is 1000", DQ, "HDU 1: NAXIS is 1000", card(RAMP, "NAXIS", "NAXIS   = 1000", 1)),
    Case("NAXIS3 is missing", DQ, "HDU 1: NAXIS3 is", card(RAMP, "NAXIS3", "COMMENT gone", 1)),
    Case("BITPIX is missing", DQ, "HDU 1: BITPIX is", card(RAMP, "BITPIX", "COMMENT gone", 1)),
    Case(
        "BITPIX is 12", DQ, "BITPIX is 12, expected one of", card(RAMP, "BITPIX", "BITPIX  = 12", 1)
    ),
    Case("GCOUNT is negative", DQ, "HDU 1: GCOUNT is -1", card(RAMP, "GCOUNT", "GCOUNT  = -1", 1)),
    Case(
        "more groups in NAXIS3 than in the file",
        DQ,
        r"(cut|damaged)",
        card(RAMP, "NAXIS3", "NAXIS3  = 500", 1),
    ),
    Case(
        "fewer groups in NAXIS3 than in the file",
        DQ,
        r"damaged",
        card(RAMP, "NAXIS3", "NAXIS3  = 1", 1),
    ),
    Case(
        "INSTRUME is missing",
        DQ,
        "",
        keyword(RAMP, "INSTRUME", None),
        0,
        check=RIGHT,
        warns="x_uncal.fits has no INSTRUME, mask.fits is for MIRI",
    ),
    Case(
        "INSTRUME is another",
        DQ,
        "for instrument MIRI, the exposure x_uncal.fits is NIRCAM",
        keyword(RAMP, "INSTRUME", "NIRCAM"),
    ),
    Case(
        "DETECTOR is another",
        DQ,
        "for detector MIRIMAGE, the exposure x_uncal.fits is MIRIFU",
        keyword(RAMP, "DETECTOR", "MIRIFULONG"),
    ),
    Case("EXP_TYPE is missing", DQ, "", keyword(RAMP, "EXP_TYPE", None), 0, check=RIGHT),
    Case("EXP_TYPE is a number", DQ, "", keyword(RAMP, "EXP_TYPE", 7), 0, check=RIGHT),
    Case(
        "DATAMODL is unknown",
        LIN,
        "",
        keyword(RAMP, "DATAMODL", "NoModel"),
        0,
        LIN_PRODUCT,
        samples_are_right(),
    ),
    Case(
        "DATAMODL is another",
        LIN,
        "is it an exposure|no ",
        keyword(RAMP, "DATAMODL", "MaskModel"),
        makes=LIN_PRODUCT,
    ),
    Case("SUBSTRT1 is missing", DQ, "x_uncal.fits.*SUBSTRT1", keyword(RAMP, "SUBSTRT1", None)),
    Case("SUBSTRT2 is text", DQ, "x_uncal.fits.*SUBSTRT2", keyword(RAMP, "SUBSTRT2", "one")),
    Case("SUBSTRT1 is zero", DQ, "x_uncal.fits.*SUBSTRT1", keyword(RAMP, "SUBSTRT1", 0)),
    Case("SUBSTRT1 is negative", DQ, "SUBSTRT1|cover", keyword(RAMP, "SUBSTRT1", -5)),
    Case("SUBSTRT1 is beyond the detector", DQ, "cover", keyword(RAMP, "SUBSTRT1", 5000)),
    Case(
        "SUBSTRT1 is a float",
        DQ,
        "SUBSTRT1 is 11.5, expected a whole number",
        keyword(RAMP, "SUBSTRT1", 11.5),
    ),
    Case("TELESCOP is another", DQ, "TELESCOP is HST", keyword(RAMP, "TELESCOP", "HST")),
    Case("TELESCOP of the mask is another", DQ, "mask.fits: TELESCOP is HST", mask(TELESCOP="HST")),
    Case(
        "SUBSIZE1 is 1",
        DQ,
        "",
        keyword(RAMP, "SUBSIZE1", 1),
        0,
        check=RIGHT,
        warns="SUBSIZE1 is 1 but the array has 16 columns",
    ),
    Case(
        "SUBSIZE2 disagrees with the array",
        LIN,
        "",
        keyword(RAMP, "SUBSIZE2", 512),
        0,
        LIN_PRODUCT,
        samples_are_right(),
        "SUBSIZE2 is 512 but the array has 12 rows",
    ),
    Case(
        "NFRAMES is text",
        LIN,
        "",
        all_of(keyword(RAMP, "NFRAMES", "one"), linearity(inverse=3)),
        0,
        LIN_PRODUCT,
        samples_are_right(),
    ),
    Case(
        "NFRAMES is zero",
        LIN,
        "",
        all_of(keyword(RAMP, "NFRAMES", 0), linearity(inverse=3)),
        0,
        LIN_PRODUCT,
        samples_are_right(),
    ),
    Case(
        "two HDUs are named PIXELDQ",
        DQ,
        "2 extensions are named PIXELDQ",
        edited(RAMP, lambda hdus: hdus.append(fits.ImageHDU(hdus["PIXELDQ"].data, name="PIXELDQ"))),
    ),
    Case(
        "EXTNAME in small letters",
        DQ,
        "",
        card(RAMP, "EXTNAME", "EXTNAME = 'sci     '", 1),
        0,
        check=RIGHT,
    ),
    Case(
        "BSCALE is text",
        DQ,
        "HDU 1: BSCALE is 'two', expected a number",
        all_of(keyword(RAMP, "BSCALED", 1, 1), card(RAMP, "BSCALED", "BSCALE  = 'two'", 1)),
    ),
    Case(
        "reference without INSTRUME",
        DQ,
        "",
        mask(INSTRUME=None),
        0,
        check=RIGHT,
        warns="mask.fits has no INSTRUME: it is taken as fitting",
    ),
    Case("GROUPDQ of floats", DQ, "x_uncal.fits: GROUPDQ is float32", edited(RAMP, _float_flags)),
    Case("exposure of 5 groups that says 50", DQ, "", ramp(NGROUPS=50), 0, check=RIGHT),
]
