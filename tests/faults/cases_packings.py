"""Inputs that are packed, linked, or no files of the usual kind."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

from astropy.io import fits
from fault_driver import Case
from fault_numbers import flags_are_right
from fault_scenes import RAMP, all_of, cut, dq, moved


def _packed() -> None:
    Path("y_uncal.fits.gz").write_bytes(gzip.compress(Path(RAMP).read_bytes()))


def _packed_and(change: int) -> None:
    """Pack the exposure and damage its last bytes, where CRC and length are."""
    packed = bytearray(gzip.compress(Path(RAMP).read_bytes()))
    packed[change] ^= 0x55
    Path("y_uncal.fits.gz").write_bytes(packed)


def _compressed() -> None:
    with fits.open(RAMP) as hdus:
        flags = fits.CompImageHDU(hdus["PIXELDQ"].data.astype("i4"), name="PIXELDQ")
        science = fits.CompImageHDU(
            hdus["SCI"].data.reshape(-1, *hdus["SCI"].shape[2:]), name="OTHER"
        )
        whole = [hdus[0], hdus["SCI"], flags, hdus["GROUPDQ"], science]
        fits.HDUList(whole).writeto("c_uncal.fits")


def _compressed_and_damaged() -> None:
    _compressed()
    with fits.open("c_uncal.fits", disable_image_compression=True) as hdus:
        header = hdus["PIXELDQ"].header
        start = hdus["PIXELDQ"]._data_offset + header["NAXIS1"] * header["NAXIS2"]
    content = bytearray(Path("c_uncal.fits").read_bytes())
    content[start : start + 400] = b"\xff" * 400
    Path("c_uncal.fits").write_bytes(content)


def _named(name: str, product: str) -> Case:
    """Return the case of an exposure with an odd name."""
    right = flags_are_right(product, name)
    return Case(f"exposure named {name}", dq(name), "", moved(RAMP, name), 0, product, right)


def _in_read_only_folder() -> None:
    os.mkdir("r", 0o700)
    Path(RAMP).rename(f"r/{RAMP}")
    os.chmod(f"r/{RAMP}", 0o400)
    os.chmod("r", 0o500)


CASES = [
    _named("x", "x_dq_init.fits"),
    _named("y_uncal", "y_dq_init.fits"),
    _named("uncal.fits", "uncal_dq_init.fits"),
    _named(".fits", ".fits_dq_init.fits"),
    _named("a.b_uncal.fits", "a.b_dq_init.fits"),
    _named("Y_UNCAL.FITS", "Y_UNCAL_dq_init.fits"),
    Case(
        "exposure and its folder are read-only",
        dq(f"r/{RAMP}"),
        "",
        _in_read_only_folder,
        0,
        check=flags_are_right(before=f"r/{RAMP}"),
    ),
    Case(
        "packed by gzip",
        dq("y_uncal.fits.gz"),
        "",
        _packed,
        0,
        "y_dq_init.fits",
        flags_are_right("y_dq_init.fits"),
    ),
    Case(
        "gzip with a wrong check sum",
        dq("y_uncal.fits.gz"),
        "gzip file is damaged.*CRC",
        lambda: _packed_and(-7),
        makes="y_dq_init.fits",
    ),
    Case(
        "gzip with a wrong length",
        dq("y_uncal.fits.gz"),
        "gzip file is damaged",
        lambda: _packed_and(-2),
        makes="y_dq_init.fits",
    ),
    Case(
        "gzip with damaged contents",
        dq("y_uncal.fits.gz"),
        "gzip file is damaged",
        lambda: _packed_and(-2000),
        makes="y_dq_init.fits",
    ),
    Case(
        "gzip that is cut",
        dq("y_uncal.fits.gz"),
        "gzip file is damaged",
        all_of(_packed, cut("y_uncal.fits.gz", 900)),
        makes="y_dq_init.fits",
    ),
    Case(
        "gzip without the name of one",
        dq("y_uncal.fits"),
        "",
        all_of(_packed, moved("y_uncal.fits.gz", "y_uncal.fits")),
        0,
        "y_dq_init.fits",
        flags_are_right("y_dq_init.fits"),
    ),
    Case(
        "FITS with the name of a gzip",
        dq("y_uncal.fits.gz"),
        "",
        moved(RAMP, "y_uncal.fits.gz"),
        0,
        "y_dq_init.fits",
        flags_are_right("y_dq_init.fits", "y_uncal.fits.gz"),
    ),
    Case(
        "compressed images",
        dq("c_uncal.fits"),
        "",
        _compressed,
        0,
        "c_dq_init.fits",
        flags_are_right("c_dq_init.fits"),
    ),
    Case(
        "compressed images with damaged tiles",
        dq("c_uncal.fits"),
        "cannot be unpacked",
        _compressed_and_damaged,
        makes="c_dq_init.fits",
    ),
    Case(
        "FIFO does not hang",
        dq("pipe.fits"),
        "no regular file",
        lambda: os.mkfifo("pipe.fits"),
        apart=True,
        makes=None,
    ),
    Case(
        "FIFO as reference does not hang",
        dq(RAMP, "pipe.fits"),
        "no regular file",
        lambda: os.mkfifo("pipe.fits"),
        apart=True,
    ),
    Case("device", dq("/dev/null"), "no regular file", makes=None),
    Case(
        "symlink to the exposure",
        dq("link_uncal.fits"),
        "",
        lambda: os.symlink(RAMP, "link_uncal.fits"),
        0,
        "link_dq_init.fits",
        flags_are_right("link_dq_init.fits"),
    ),
    Case(
        "symlink to nowhere",
        dq("l.fits"),
        "no such file",
        lambda: os.symlink("nowhere.fits", "l.fits"),
        makes=None,
    ),
    Case(
        "symlink to itself",
        dq("l.fits"),
        r"l\.fits: (cannot be read|no such file)",
        lambda: os.symlink("l.fits", "l.fits"),
        makes=None,
    ),
]
