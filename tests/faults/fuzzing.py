"""Runs of strun on damaged files, each held to the rules of every fault."""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import random
import signal
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
from astropy.io import fits
from factories import SIZE, make_linearity, make_ramp
from mutations import Edit, apply, draw
from step_references import DETECTOR1, make_exposure, make_of_kind

from strun.cli.shell import run_command
from strun.cli.strun import strun

LIMIT = 20
"""Seconds after which a run counts as hung."""

OLDER = b"an older product"
EDITS = (1, 1, 1, 1, 2, 2, 3, 4)
PRODUCT = "product_fuzzed.fits"
QUIET = ("--log_stream=null", "--output_file=product", "--suffix=fuzzed")

LIN = ("linearity", "ramp.fits", "--override_linearity=linearity.fits")
DQ = ("dq_init", "ramp.fits", "--override_mask=mask.fits")
RAMPS = (
    *("ramp.fits", "integers.fits", "bare.fits", "frames.fits", "guider.fits", "ramp.fits.gz"),
)
RARE = 0.01
"""Share of the exposures whose images are compressed: they take a hundred times as long."""

CALLS: dict[str, tuple[str, ...]] = {
    "dq_init": DQ,
    "dq_init sums": (*DQ, "--checksum", "--allow-mismatch"),
    "dq_init verify": (*DQ, "--verify"),
    "dq_init flags": (*DQ, "--user_supplied_dq=flags.fits"),
    "dq_init hook": (*DQ, "--pre_hooks=jwst.dq_init.DQInitStep"),
    "dq_init skipped": (*DQ, "--skip"),
    "linearity": LIN,
    "linearity sums": (*LIN, "--checksum", "--allow-mismatch"),
    "linearity hook": (*LIN, "--allow-mismatch", "--pre_hooks=builtins.print"),
    "linearity refs": ("linearity", "ramp.fits", "--refs=."),
    "plan": (*LIN, "--dry_run"),
}
"""Name and words of each call; `ramp.fits` stands for one of the exposures."""

NEEDED = {
    "group_scale": (),
    "saturation": ("saturation", "superbias"),
    "superbias": ("superbias",),
    "ipc": ("ipc",),
    "refpix": (),
    "firstframe": (),
    "lastframe": (),
    "reset": ("reset",),
    "rscd": ("rscd",),
    "dark_current": ("dark",),
    "charge_migration": (),
    "jump": ("gain", "readnoise"),
    "persistence": (),
    "ramp_fit": ("readnoise", "gain"),
}
"""Kinds of references by step; each is a call too, and so are chains of all."""

INFRARED = {
    "INSTRUME": "NIRCAM", "DETECTOR": "NRCA2", "EXP_TYPE": "NRC_IMAGE", "NFRAMES": 4,
    "FRMDIVSR": 2, "GROUPGAP": 1, "SUBSTRT1": 1, "SUBSTRT2": 1,
}  # fmt: skip
_OF_INFRARED = ("superbias", "refpix", "saturation", "group_scale")
_MORE = dict.fromkeys(_OF_INFRARED, ("--allow-mismatch",))
_MORE["persistence"] = ("--persistence_time=20",)
_CHAIN = tuple(
    f"--steps.{step}.override_{kind}={kind}.fits"
    for step, kinds in DETECTOR1.items()
    for kind in kinds
)
STEP_CALLS = {
    step: (step, "ramp.fits", *(f"--override_{k}={k}.fits" for k in kinds), *_MORE.get(step, ()))
    for step, kinds in NEEDED.items()
} | {
    "detector1": ("calwebb_detector1", "ramp.fits", *_CHAIN),
    "detector1 ramp": (
        *("calwebb_detector1", "ramp.fits", *_CHAIN, "--stop_after=jump"),
        *("--steps.charge_migration.skip=false", "--steps.firstframe.skip=false"),
    ),
}
CALLS |= STEP_CALLS
# an exposure without rates to fit has no product
FITTING = ("ramp_fit", "detector1")
INTEGRATIONS = "product_rateints.fits"


@dataclass(frozen=True)
class Fault:
    """A call, the exposure that it gets, the file that is damaged, and how."""

    call: str
    ramp: str
    file: str
    edits: list[Edit]


class BrokenRuleError(AssertionError):
    """A rule that a run has broken."""


def make_files(folder: Path) -> dict[str, bytes]:
    """Return the good files by name, made in a folder."""
    flags = fits.PrimaryHDU(np.zeros(SIZE, np.uint32))
    frames = np.ones((2, *SIZE), np.float32)
    zero = fits.ImageHDU(frames, name="ZEROFRAME")
    kinds = [("number", "i4"), ("start", "f8")]
    times = fits.BinTableHDU(np.array([(1, 0.5), (2, 1.5)], kinds), name="INT_TIMES")
    make_ramp(folder / "ramp.fits", extra=(times,), FILTER="F1130W")
    kinds = [("integration_number", "i4"), ("int_start_MJD_UTC", "f8")]
    times = fits.BinTableHDU(np.array([(1, 0.5), (2, 1.5)], kinds), name="INT_TIMES")
    make_exposure(folder / "steps.fits", extra=(times,))
    make_exposure(folder / "infrared.fits", extra=(zero,), ZEROFRAM=True, **INFRARED)
    make_ramp(folder / "integers.fits", dtype="uint16")
    make_ramp(folder / "bare.fits", flags=False)
    make_ramp(folder / "frames.fits", extra=(zero,), ZEROFRAM=True, NFRAMES=4)
    make_ramp(
        folder / "guider.fits",
        flags=False,
        INSTRUME="FGS",
        DETECTOR="GUIDER1",
        EXP_TYPE="FGS_FINEGUIDE",
        DATAMODL="GuiderRawModel",
    )
    with fits.open(folder / "ramp.fits") as hdus:
        packed_image = fits.CompImageHDU(hdus["SCI"].data, hdus["SCI"].header)
        fits.HDUList([hdus[0], packed_image, *hdus[2:]]).writeto(folder / "compressed.fits")
    place = {"SUBSTRT1": 1, "SUBSTRT2": 1}
    make_linearity(folder / "linearity.fits", inverse=3, size=(40, 40), **place)
    for kind in {"mask"}.union(*DETECTOR1.values(), *NEEDED.values()) - {"linearity"}:
        # these are never cut
        where = {} if kind in ("dark", "reset") else place
        make_of_kind(folder / f"{kind}.fits", kind, cover=(40, 40), **where)
    flags.writeto(folder / "flags.fits")
    packed = gzip.compress((folder / "ramp.fits").read_bytes(), 1, mtime=0)
    (folder / "ramp.fits.gz").write_bytes(packed)
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def usual_ramps(call: str) -> list[str]:
    """Return the exposures that a call goes through with."""
    if call not in STEP_CALLS:
        return ["ramp.fits"]
    return ["steps.fits", "infrared.fits"] if call in _OF_INFRARED else ["steps.fits"]


def some_fault(good: dict[str, bytes], rng: random.Random) -> Fault:
    """Return a fault drawn at random."""
    call = rng.choice(list(CALLS))
    odd = rng.random() < (0.2 if call in STEP_CALLS else 0.6)
    ramp = rng.choice(RAMPS if odd else usual_ramps(call))
    if rng.random() < RARE:
        ramp = "compressed.fits"
    file = rng.choice([ramp, ramp, *_given(call)])
    count = rng.choice(EDITS)
    data, edits = good[file], []
    for _ in range(count):
        if not data:
            break
        edits.append(draw(data, rng))
        data = apply(data, edits[-1:])
    return Fault(call, ramp, file, edits)


def _given(call: str) -> list[str]:
    """Return the files that a call names, besides its exposure."""
    return sorted({word.partition("=")[2] for word in CALLS[call] if word.endswith(".fits")} - {""})


class HangError(BaseException):
    """A run that does not end; nothing on the way may take it for a fault of a file."""


def _hung(_: int, __: FrameType | None) -> None:
    raise HangError(f"the run hangs: no end after {LIMIT} s")


@contextlib.contextmanager
def _limited() -> Iterator[None]:
    old = signal.signal(signal.SIGALRM, _hung)
    signal.alarm(LIMIT)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, old)


def run_here(words: tuple[str, ...]) -> tuple[int, list[str]]:
    """Run in this process; return the exit code and the lines on stderr."""
    said, argv = io.StringIO(), sys.argv
    sys.argv = ["strun", *words]
    try:
        with (
            _limited(),
            contextlib.redirect_stderr(said),
            contextlib.redirect_stdout(io.StringIO()),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("always")
            code = run_command(strun, "strun")
    finally:
        sys.argv = argv
    return code, said.getvalue().splitlines()


def require(true: object, what: str, more: Any = "") -> None:  # noqa: ANN401
    """Hold a rule of every fault."""
    if not true:
        raise BrokenRuleError(f"{what} {more}".strip())


_time = iter(range(10**9, 10**18, 10**9))


def fresh_times(path: Path) -> None:
    """Give a file a time that none had before: what is remembered of it must not outlive it."""
    moment = next(_time)
    os.utime(path, ns=(moment, moment))


def fault_of(fault: Fault, good: dict[str, bytes], folder: Path) -> str:
    """
    Run a fault in an empty folder, the current one, and return the line that was said, or nothing.

    Raises
    ------
    BrokenRuleError
        When a rule is broken.
    """
    words = tuple(fault.ramp if word == "ramp.fits" else word for word in CALLS[fault.call])
    common = ("mask.fits", "linearity.fits", "flags.fits")
    files = {name: good[name] for name in {*common, *_given(fault.call), fault.ramp}}
    files[fault.file] = apply(good[fault.file], fault.edits)
    for name, data in files.items():
        (folder / name).write_bytes(data)
        fresh_times(folder / name)
    (folder / PRODUCT).write_bytes(OLDER)
    code, lines = run_here((*words, *QUIET))
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    product, beside = after.pop(PRODUCT, b""), after.pop(INTEGRATIONS, None)
    made = fault.call in FITTING and product != OLDER
    require((beside is not None) == made, "one product of two")
    require(after == files, "other files:", sorted(set(after) ^ set(files)))
    require(code in (0, 1), f"exit code {code}:", lines)
    require(not any("Traceback" in line for line in lines), "a traceback:", lines)
    require(len(lines) == code, "not one line for a failure:", lines)
    if code:
        require(lines[0].startswith("strun: error: "), "no error:", lines)
        require("--debug shows where" not in lines[0], "an error of ours:", lines)
        require(len(lines[0]) < 1000, "a line that is too long:", lines)
        require(product == OLDER, "the older product is harmed:", lines)
    elif "--dry_run" in words:
        require(product == OLDER, "a product of a dry run")
    elif made or fault.call not in FITTING:
        check_product(folder / PRODUCT)
    return lines[0] if code else ""


def check_product(path: Path) -> None:
    """Hold that a product is FITS with all of its data."""
    from strun.blockio.source import FitsFile

    require(path.stat().st_size % 2880 == 0, "the product is no whole number of blocks")
    with FitsFile.open(path) as file:
        for hdu in file.hdus:
            if hdu.kind == "image" and hdu.shape and 0 not in hdu.shape:
                file.read_array(hdu)
        require(file.find("SCI") or file.find("ZEROFRAME"), "no SCI in the product")
