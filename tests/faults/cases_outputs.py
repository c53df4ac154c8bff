"""Products that have no place to go to, or would harm another file."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from astropy.io import fits
from fault_driver import Case
from fault_numbers import flags_are_right
from fault_scenes import DQ, MASK, RAMP, all_of, copied, dq, moved

RIGHT = flags_are_right()
NAMES = (
    "p#1.fits",
    "p,q.fits",
    "p q.fits",
    "μ ✨.fits",
    "p'\".fits",
    "p\n.fits",
    "{p}$x%.fits",
    "-p.fits",
    "p;touch x.fits",
    "p.q.r.fits",
    ".p.fits",
)


def _to(name: str, says: str, scene: Callable[[], object], *more: str) -> Case:
    """Return the case of a folder that cannot be used."""
    return Case(
        f"output_dir {name}", (*DQ, "--output_dir", "out", *more), says, all_of(scene), makes=None
    )


def _named(name: str) -> Case:
    """Return the case of a product with an odd name."""
    product = name.removesuffix(".fits") + "_dq_init.fits"
    words = (*DQ, f"--output_file={name}")
    return Case(
        f"output_file {name!a}", words, "", code=0, makes=product, check=flags_are_right(product)
    )


def _made_again() -> None:
    """Make a product that the next one is to replace."""
    with fits.open(RAMP) as hdus:
        hdus.writeto("target.fits")
    os.symlink("target.fits", "x_dq_init.fits")


def _replaced_through_the_link() -> None:
    assert Path("x_dq_init.fits").is_symlink()
    flags_are_right("target.fits")()


def _link_to_itself() -> None:
    os.symlink("x_dq_init.fits", "x_dq_init.fits")


BELOW_FILE = (*DQ, "--output_dir", f"{MASK}/out")
CASES = [
    Case(
        "output_dir is made",
        (*DQ, "--output_dir", "new/er"),
        "",
        code=0,
        makes="new/er/x_dq_init.fits",
        check=flags_are_right("new/er/x_dq_init.fits"),
    ),
    _to(
        "is a file",
        "out: the output folder cannot be made: File exists",
        lambda: copied(MASK, "out")(),
    ),
    _to(
        "is a link to nowhere",
        "out: the output folder cannot be made",
        lambda: os.symlink("none", "out"),
    ),
    _to("is a FIFO", "out: the output folder cannot be made", lambda: os.mkfifo("out")),
    Case(
        "output_dir below a file",
        BELOW_FILE,
        "mask.fits/out: the output folder cannot be made",
        makes=None,
    ),
    Case(
        "output_dir below /proc",
        (*DQ, "--output_dir", "/proc/none"),
        "/proc/none: the output folder cannot be made",
        makes=None,
    ),
    Case(
        "output_dir that takes no files",
        (*DQ, "--output_dir", "/proc/self"),
        "/proc/self/x_dq_init.fits: cannot be written",
        makes=None,
    ),
    Case(
        "output_dir with a name too long",
        (*DQ, "--output_dir", "d" * 300),
        "cannot be made: File name too long",
        makes=None,
    ),
    Case(
        "output_dir of an unknown user",
        (*DQ, "--output_dir", "~no_such_user/x"),
        "",
        code=0,
        makes="~no_such_user/x/x_dq_init.fits",
        check=flags_are_right("~no_such_user/x/x_dq_init.fits"),
    ),
    Case(
        "output_file with a name too long",
        (*DQ, "--output_file", "f" * 300),
        "the name is too long for the file system",
        makes=None,
    ),
    Case(
        "product is a folder",
        DQ,
        "x_dq_init.fits: is a folder, expected a file name",
        lambda: os.mkdir("x_dq_init.fits"),
        makes=None,
    ),
    Case(
        "product is a FIFO",
        DQ,
        "x_dq_init.fits: is no regular file",
        lambda: os.mkfifo("x_dq_init.fits"),
        makes=None,
    ),
    Case(
        "product is a link to nowhere",
        DQ,
        "",
        lambda: os.symlink("target.fits", "x_dq_init.fits"),
        0,
        "target.fits",
        _replaced_through_the_link,
    ),
    Case("product is a link", DQ, "", _made_again, 0, "target.fits", _replaced_through_the_link),
    Case(
        "product is a link to a folder",
        DQ,
        "is a folder",
        all_of(lambda: os.mkdir("d"), lambda: os.symlink("d", "x_dq_init.fits")),
        makes=None,
    ),
    Case("product is a link to itself", DQ, "", _link_to_itself, 0, check=RIGHT),
    Case(
        "product is a link to /dev/null",
        DQ,
        "is no regular file",
        lambda: os.symlink("/dev/null", "x_dq_init.fits"),
        makes=None,
    ),
    Case(
        "product is read-only",
        DQ,
        "",
        all_of(copied(MASK, "x_dq_init.fits"), lambda: os.chmod("x_dq_init.fits", 0o400)),
        0,
        check=RIGHT,
    ),
    Case(
        "product is the input by name",
        dq("x_dq_init.fits"),
        "would overwrite the input",
        moved(RAMP, "x_dq_init.fits"),
        makes=None,
    ),
    Case(
        "product is the input by another name of it",
        dq("./d/../x_dq_init.fits"),
        "would overwrite the input",
        all_of(moved(RAMP, "x_dq_init.fits"), lambda: os.mkdir("d")),
        makes=None,
    ),
    Case(
        "product is the input by a link",
        DQ,
        "would overwrite the input",
        lambda: os.symlink(RAMP, "x_dq_init.fits"),
        makes=None,
    ),
    Case(
        "product is the input by a hard link",
        DQ,
        "would overwrite the input",
        lambda: os.link(RAMP, "x_dq_init.fits"),
        makes=None,
    ),
    Case(
        "product is the input by a folder's link",
        (*DQ, "--output_dir", "d", "--suffix", "uncal"),
        "would overwrite the input",
        lambda: os.symlink(".", "d"),
        makes=None,
    ),
    Case(
        "product is the input by options",
        (*DQ, "--output_file", RAMP, "--suffix", "uncal"),
        "would overwrite the input",
        makes=None,
    ),
    Case(
        "output_file without extension",
        (*DQ, "--output_file", "p"),
        "",
        code=0,
        makes="p_dq_init.fits",
        check=flags_are_right("p_dq_init.fits"),
    ),
    Case(
        "output_file of several inputs",
        ("dq_init", RAMP, "y_uncal.fits", *DQ[2:], "--output_file", "p.fits"),
        "output_file names one product, but there are 2 inputs",
        copied(RAMP, "y_uncal.fits"),
        2,
        "p_dq_init.fits",
    ),
    Case(
        "output_file with a folder",
        (*DQ, "--output_file", "d/p.fits"),
        "",
        code=0,
        makes="d/p_dq_init.fits",
        check=flags_are_right("d/p_dq_init.fits"),
    ),
    Case(
        "output_file that is a folder",
        (*DQ, "--output_file", "d/"),
        "output_file = 'd/': names a folder, expected a file; output_dir says",
        lambda: os.mkdir("d"),
        2,
        makes=None,
    ),
    *[_named(name) for name in NAMES],
]
