"""References that are missing, broken, of another kind, or oddly named."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
from astropy.io import fits
from factories import REFERENCE_SIZE, SIZE, dq_def, make_mask
from fault_driver import Case
from fault_numbers import flags_are_right, mask_flags, unchanged
from fault_scenes import (
    DQ,
    LIN,
    LIN_PRODUCT,
    LINEARITY,
    MASK,
    RAMP,
    all_of,
    copied,
    cut,
    dq,
    edited,
    gone,
    keyword,
    lin,
    mask,
    moved,
    pixels,
    without,
    written,
)

FLAGS = flags_are_right()
NAMES = ("m#1.fits", "m,b.fits", "m b.fits", "μ ✨.fits", "m'\".fits", "m\n.fits", "m\x1b[2J", "m")


def _fault(name: str, says: str, scene: Callable[[], None], words: tuple[str, ...] = DQ) -> Case:
    return Case(name, words, says, scene)


def _named(name: str) -> Case:
    """Return the case of a mask with an odd name, beside one that is named by a part of it."""

    def scene() -> None:
        Path(MASK).rename(name)
        for part in {"m", name.split("#")[0], name.split(",")[0]} - {name, ""}:
            make_mask(Path(part), names=("DEAD", "HOT", "DO_NOT_USE"))

    right = flags_are_right(mask=name)
    return Case(f"mask is named {name!a}", dq(RAMP, name), "", scene, 0, check=right)


def _definitions(*names: str) -> Callable[[], None]:
    def edit(hdus: fits.HDUList) -> None:
        hdus["DQ_DEF"] = dq_def(*names)

    return edited(MASK, edit)


def _nameless(hdus: fits.HDUList) -> None:
    hdus["DQ_DEF"].columns.change_name("NAME", "TITLE")


def _values_of_text(hdus: fits.HDUList) -> None:
    rows = [("HOT", "one"), ("DEAD", "two")]
    table = np.array(rows, [("NAME", "S40"), ("VALUE", "S8")])
    hdus["DQ_DEF"] = fits.BinTableHDU(table, name="DQ_DEF")


def _image_of_definitions(hdus: fits.HDUList) -> None:
    hdus["DQ_DEF"] = fits.ImageHDU(np.ones((3, 3), "i4"), name="DQ_DEF")


def _user_flags(array: np.ndarray) -> Callable[[], None]:
    return lambda: fits.PrimaryHDU(array).writeto("u.fits")


def _with_users_flags() -> None:
    with fits.open("x_dq_init.fits") as hdus, fits.open(RAMP) as before:
        wanted = before["PIXELDQ"].data | mask_flags() | 1024
        np.testing.assert_array_equal(hdus["PIXELDQ"].data, wanted)


def _packed() -> None:
    Path("m.fits.gz").write_bytes(gzip.compress(Path(MASK).read_bytes()))


USER = (*DQ, "--user_supplied_dq", "u.fits")
SKIPPED = unchanged("x_dq_init.fits", "S_DQINIT")
OTHER = "for instrument NIRCAM, the exposure x_uncal.fits is MIRI; give a MIRI reference"

CASES = [
    *[_named(name) for name in NAMES],
    _fault("mask missing", r"mask\.fits: no such mask reference.*--override_mask", gone(MASK)),
    _fault(
        "mask is a folder", "mask.fits.*is a folder", all_of(gone(MASK), lambda: os.mkdir(MASK))
    ),
    _fault("mask is empty", "mask reference .*mask.fits: the file is empty", written(MASK, "")),
    _fault("mask is cut in a header", "mask reference .*no END card", cut(MASK, 1000)),
    _fault("mask is cut in DQ", r"mask reference .*HDU 1 \(DQ\) is cut", cut(MASK, 9000)),
    _fault("mask is text", "mask reference .*not a FITS file", written(MASK, "x" * 9000)),
    _fault("mask has no DQ", "mask.fits.*DQ", without(MASK, "DQ")),
    _fault(
        "mask is the exposure",
        "x_uncal.fits: REFTYPE is missing and DATAMODL is RampModel: an exposure, expected",
        lambda: None,
        dq(RAMP, RAMP),
    ),
    _fault(
        "mask is a link to nowhere",
        "no such mask reference",
        all_of(gone(MASK), lambda: os.symlink("nowhere", MASK)),
    ),
    _fault(
        "linearity given as mask",
        "REFTYPE is LINEARITY, expected MASK; give a mask reference",
        lambda: None,
        dq(RAMP, LINEARITY),
    ),
    Case(
        "mask given as linearity",
        lin(RAMP, MASK),
        "REFTYPE is MASK, expected LINEARITY",
        makes=LIN_PRODUCT,
    ),
    Case(
        "linearity that says it is a mask",
        LIN,
        "REFTYPE is MASK, expected LINEARITY",
        keyword(LINEARITY, "REFTYPE", "MASK"),
        makes=LIN_PRODUCT,
    ),
    _fault("mask of another instrument", OTHER, keyword(MASK, "INSTRUME", "NIRCAM")),
    _fault(
        "mask of another detector",
        "detector MIRIFULONG.*--allow-mismatch",
        keyword(MASK, "DETECTOR", "MIRIFULONG"),
    ),
    Case(
        "mismatch is allowed",
        (*DQ, "--allow-mismatch"),
        "",
        keyword(MASK, "DETECTOR", "MIRIFULONG"),
        0,
        check=FLAGS,
        warns="for detector MIRIFULONG",
    ),
    _fault("mask smaller than the exposure", "mask.fits.*cover", mask(size=(24, 24))),
    _fault("mask of one row", "mask.fits.*cover", mask(size=(1, REFERENCE_SIZE[1]))),
    _fault("mask of one pixel", "mask.fits.*cover", mask(size=(1, 1))),
    _fault("mask is a cube", r"mask.fits.*DQ", pixels(MASK, "DQ", lambda a: np.stack([a, a]))),
    _fault("mask says SUBSTRT1 is text", "mask.fits.*SUBSTRT1", keyword(MASK, "SUBSTRT1", "one")),
    _fault("mask begins beyond the exposure", "mask.fits.*cover", keyword(MASK, "SUBSTRT1", 40)),
    Case(
        "DQ_DEF has unknown names",
        DQ,
        "",
        _definitions("HOT", "NO_SUCH", "DEAD"),
        0,
        check=FLAGS,
        warns="DQ_DEF names NO_SUCH",
    ),
    Case("DQ_DEF is empty", DQ, "", _definitions(), 0, check=FLAGS),
    Case("DQ_DEF is missing", DQ, "", without(MASK, "DQ_DEF"), 0, check=FLAGS),
    _fault("DQ_DEF has no NAME", "mask.fits.*DQ_DEF.*NAME", edited(MASK, _nameless)),
    _fault(
        "DQ_DEF has values of text",
        "mask.fits.*DQ_DEF gives HOT the VALUE",
        edited(MASK, _values_of_text),
    ),
    _fault("DQ_DEF is an image", "mask.fits.*DQ_DEF", edited(MASK, _image_of_definitions)),
    Case("mask is packed by gzip", dq(RAMP, "m.fits.gz"), "", _packed, 0, check=FLAGS),
    Case(
        "mask is a symlink",
        dq(RAMP, "m.fits"),
        "",
        lambda: os.symlink(MASK, "m.fits"),
        0,
        check=FLAGS,
    ),
    Case("mask is not applicable", dq(RAMP, "N/A"), "", code=0, check=SKIPPED),
    Case(
        "product is the mask",
        dq(RAMP, "x_dq_init.fits"),
        "would overwrite the reference .*--suffix",
        copied(MASK, "x_dq_init.fits"),
        makes=None,
    ),
    Case(
        "product is the mask by a link",
        dq(RAMP, "m.fits"),
        "would overwrite the reference",
        all_of(moved(MASK, "x_dq_init.fits"), lambda: os.symlink("x_dq_init.fits", "m.fits")),
        makes=None,
    ),
    Case(
        "product is the mask by a hard link",
        DQ,
        "would overwrite the reference",
        lambda: os.link(MASK, "x_dq_init.fits"),
        makes=None,
    ),
    Case(
        "user's flags", USER, "", _user_flags(np.full(SIZE, 1024, "i4")), 0, check=_with_users_flags
    ),
    Case(
        "user's flags of other shape",
        USER,
        r"u\.fits: user_dq has shape \(3, 3\), expected",
        _user_flags(np.zeros((3, 3), "i4")),
    ),
    Case(
        "user's flags of one row",
        USER,
        r"u\.fits: user_dq has shape \(1, 16\), expected",
        _user_flags(np.zeros((1, 16), "i4")),
    ),
    Case(
        "user's flags are floats",
        USER,
        r"user_supplied_dq u\.fits: 0\.5 is no flag",
        _user_flags(np.full(SIZE, 0.5, "f4")),
    ),
    Case(
        "user's flags are NaN",
        USER,
        r"u\.fits: nan is no flag",
        _user_flags(np.full(SIZE, np.nan, "f4")),
    ),
    Case(
        "user's flags are whole floats",
        USER,
        "",
        _user_flags(np.full(SIZE, 1024, "f4")),
        0,
        check=_with_users_flags,
    ),
    Case(
        "user's flags have no image",
        USER,
        r"u\.fits: no image",
        lambda: fits.PrimaryHDU().writeto("u.fits"),
    ),
    Case(
        "user's flags are no FITS", USER, r"u\.fits: not a FITS file", written("u.fits", "x" * 99)
    ),
    Case("user's flags are missing", USER, r"user_supplied_dq u\.fits: no such file"),
    Case("user's flags are a folder", USER, r"u\.fits.*is a folder", lambda: os.mkdir("u.fits")),
]
