"""Files beside the product: logs, parameters, packs, folders of inputs and of references."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
from astropy.io import fits
from factories import SIZE, make_mask, make_ramp
from fault_driver import Case, nothing
from fault_numbers import flags_are_right
from fault_scenes import DQ, LINEARITY, MASK, RAMP, all_of, copied, cut, gone, written

from jwst.dq_init import DQInitStep
from strun.steps.running import run_on_file

RIGHT = flags_are_right()
LOST = "holds data, which would be lost; give another name"
READ = "is (one of the inputs|a reference); choose another file"
FILES = ("--save-parameters", "--log-file", "--pack-refs")


def _file(
    option: str, says: str, name: str, scene: Callable[[], None] = nothing, code: int = 1
) -> Case:
    """Return the case of a file that is asked for where it must not be."""
    return Case(f"{option} {name}", (*DQ, option, name), says, scene, code, makes=None)


def _refs(name: str, says: str, scene: Callable[[], None]) -> Case:
    return Case(f"references from {name}", ("dq_init", RAMP, "--refs", "r"), says, scene)


def _folder(*paths: str) -> Callable[[], None]:
    """Return the scene in which the folder `r` has these files in it."""

    def scene() -> None:
        os.mkdir("r")
        for path in paths:
            Path(path).rename(f"r/{path}")

    return scene


def _packed_exposure() -> None:
    Path("y.fits.gz").write_bytes(gzip.compress(Path(RAMP).read_bytes()))


def _two_masks() -> None:
    _folder(MASK)()
    make_mask(Path("r/other.fits"), names=("DEAD",))


def _another_of_that_name() -> None:
    """Put an exposure with other numbers here; the right one lies in the folder d."""
    os.mkdir("d")
    Path(RAMP).rename(f"d/{RAMP}")
    make_ramp(Path(RAMP), shape=(1, 2, *SIZE))


def _product_is_the_users_flags() -> None:
    fits.PrimaryHDU(np.full(SIZE, 1024, "i4")).writeto("x_dq_init.fits")


def _made() -> None:
    """Make a product."""
    run_on_file(DQInitStep(override_mask=MASK), RAMP)


def _diff(name: str, says: str, *words: str, scene: Callable[[], None] = nothing) -> Case:
    return Case(f"diff {name}", ("diff", *words), says, scene, 2, makes=None)


def _again(name: str, says: str, path: str, scene: Callable[[], None] = nothing) -> Case:
    return Case(f"again {name}", ("--again", path), says, scene, makes=None)


CASES = [
    *[_file(option, READ, name, code=2) for option in FILES for name in (RAMP, MASK)],
    *[_file(option, LOST, "y.fits.gz", _packed_exposure) for option in FILES],
    *[_file(option, READ, "s.fits", lambda: os.symlink(RAMP, "s.fits"), 2) for option in FILES],
    *[_file(option, "(cannot be written|is a folder|such file)", ".") for option in FILES],
    *[_file(option, "cannot be written", "none/x") for option in FILES],
    *[_file(option, READ, MASK, code=2) for option in ("--summary", "--report")],
    *[_file(option, LOST, "y.fits.gz", _packed_exposure) for option in ("--summary", "--report")],
    *[
        Case(f"{option} {name}", (*DQ, option, name), says, code=2, makes=None)
        for option in ("--summary", "--report")
        for name, says in ((RAMP, "is one of the inputs"), (".", "written"), ("none/x", "written"))
    ],
    _file("--log-level", "log level LOUD: expected one of DEBUG, INFO", "LOUD", code=2),
    _file("--log-stream", "log stream nowhere: expected one of stdout", "nowhere", code=2),
    _file("--logcfg", "none.cfg: no such cfg file", "none.cfg", code=2),
    _file("--logcfg", "mask.fits: not a cfg file", MASK),
    Case(
        "user's flags are the product",
        (*DQ, "--user_supplied_dq", "x_dq_init.fits"),
        "would overwrite the user_supplied_dq",
        _product_is_the_users_flags,
        makes=None,
    ),
    _refs("nowhere", "r: no such folder or pack", nothing),
    _refs("a file", "r: cannot be unpacked", written("r", "x" * 2000)),
    _refs("an exposure", "r: cannot be unpacked", copied(RAMP, "r")),
    _refs("an empty file", "r: cannot be unpacked", written("r", "")),
    _refs("an empty folder", "r: no mask reference for INSTRUME MIRI", lambda: os.mkdir("r")),
    _refs("a folder without masks", "none of its files has REFTYPE MASK", _folder(LINEARITY)),
    _refs("a folder with a mask that is cut", "mask.fits", all_of(cut(MASK, 9000), _folder(MASK))),
    _refs("a folder with two masks", "(mask.fits|other.fits)", _two_masks),
    Case(
        "references from a folder",
        ("dq_init", RAMP, "--refs", "r"),
        "",
        _folder(MASK),
        0,
        check=flags_are_right(mask=f"r/{MASK}"),
    ),
    Case(
        "input_dir with an exposure of the same name",
        (*DQ, "--input_dir", "d"),
        "",
        _another_of_that_name,
        0,
        check=flags_are_right(before=f"d/{RAMP}"),
    ),
    Case(
        "input_dir without the exposure",
        (*DQ, "--input_dir", "d"),
        "d/x_uncal.fits: no such",
        lambda: os.mkdir("d"),
    ),
    Case("input_dir missing", (*DQ, "--input_dir", "none"), "none/x_uncal.fits: no such file"),
    _diff("of a file that is missing", "none.fits: no such file", "none.fits", RAMP),
    _diff("of a text", "t.txt: not a FITS file", "t.txt", RAMP, scene=written("t.txt", "x" * 99)),
    _diff("of a folder", r"\.: is a folder", ".", RAMP),
    _diff(
        "of a cut file",
        "is cut",
        "c.fits",
        RAMP,
        scene=all_of(copied(RAMP, "c.fits"), cut("c.fits", 9000)),
    ),
    _diff("of one file", "Missing argument", RAMP),
    _again("of what is missing", "none.fits: no such file", "none.fits"),
    _again("of an exposure", "no record of a run in it", RAMP),
    _again("of a text", "not a FITS file", "t.txt", written("t.txt", "x" * 99)),
    _again("of a folder", "is a folder", "."),
    _again(
        "without the input",
        "its input x_uncal.fits is not in",
        "x_dq_init.fits",
        all_of(_made, gone(RAMP)),
    ),
    _again(
        "of a product that is cut",
        "is cut",
        "x_dq_init.fits",
        all_of(_made, cut("x_dq_init.fits", -3000)),
    ),
]
