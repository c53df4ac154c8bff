"""References of the steps from the raw file to the rates that are missing, broken or of others."""

from __future__ import annotations

import numpy as np
from astropy.io import fits
from fault_driver import Case
from fault_scenes import RAMP, copied, cut, edited, gone, keyword, pixels, without
from step_cases import NEEDED, Scene, case, goes_on

UNITS = {"rscd": "RSCD_GROUP_SKIP"}
CUT_IN_HEADER, CUT_IN_DATA = 1000, 5770


def _references(step: str, kind: str) -> list[Case]:
    """Return what may be wrong with a reference of any kind."""
    path, unit = f"{kind}.fits", UNITS.get(kind, "SCI")

    def of(name: str, says: str, *scenes: Scene) -> Case:
        return case(f"{kind} {name}", step, says, *scenes)

    return [
        of("missing", rf"{path}: no such {kind} reference.*--override_{kind}", gone(path)),
        of("cut in a header", f"{kind} reference .*no END card", cut(path, CUT_IN_HEADER)),
        of("cut in its data", f"{kind} reference .*is cut", cut(path, CUT_IN_DATA)),
        of(
            "of another kind",
            f"REFTYPE is FLAT, expected {kind.upper()}; give an? {kind} reference",
            keyword(path, "REFTYPE", "FLAT"),
        ),
        of(
            "of another detector",
            f"{path}: the reference is for detector MIRIFULONG, .* give a MIRIMAGE reference",
            keyword(path, "DETECTOR", "MIRIFULONG"),
        ),
        of(
            "is the exposure",
            f"{path}: REFTYPE is missing and DATAMODL is RampModel: an exposure, expected",
            copied(RAMP, path),
        ),
        of("without its unit", f"{path}.*is it an? {kind} reference", without(path, unit)),
    ]


def _images(step: str, kind: str) -> list[Case]:
    """Return what may be wrong with the shapes of a reference that is cut to subarrays."""
    path = f"{kind}.fits"
    return [
        case(
            f"{kind} begins beyond the exposure",
            step,
            f"{path} covers corner .* give a reference that covers it",
            keyword(path, "SUBSTRT1", 40),
        ),
        case(
            f"{kind} has an axis too many",
            step,
            f"{path}: SCI has 3 axes .*, expected 2 for ",
            pixels(path, "SCI", lambda a: a[np.newaxis]),
        ),
        case(
            f"{kind} is smaller than the exposure",
            step,
            f"{path}.* covers corner|{path}: DQ is",
            pixels(path, "SCI", lambda a: a[:20, :20].copy()),
        ),
    ]


def _uncut(step: str, kind: str) -> list[Case]:
    """Return what may be wrong with the place of a reference that is never cut."""
    path = f"{kind}.fits"
    say = f"{path} is of .*: a {kind} reference is not cut, give one of this subarray"

    def full(array: np.ndarray) -> np.ndarray:
        return np.zeros((*array.shape[:-2], 64, 80), array.dtype)

    return [
        case(
            f"{kind} of a full frame",
            step,
            say,
            pixels(path, "SCI", full),
            pixels(path, "DQ", full),
            keyword(path, "SUBSTRT1", 1),
        ),
        case(f"{kind} of another place", step, say, keyword(path, "SUBSTRT2", 40)),
        case(f"{kind} whose place is text", step, say, keyword(path, "SUBSTRT1", "one")),
        case(
            f"{kind} with an axis too few",
            step,
            f"{path}: SCI has 3 axes .*, expected 4 for ",
            pixels(path, "SCI", lambda a: a[0].copy()),
        ),
        case(
            f"{kind} with flags of another size",
            step,
            rf"{path}: DQ is \(8, 8\) and SCI \(12, 16\) \(rows, columns\), expected equal sizes",
            pixels(path, "DQ", lambda a: a[..., :8, :8].copy()),
        ),
    ]


def _columns(hdus: fits.HDUList) -> None:
    hdus["RSCD_GROUP_SKIP"].columns.change_name("group_skip", "skipped")


SHAPES = [
    case(
        "saturation with flags of another size",
        "saturation",
        r"saturation\.fits: DQ is \(20, 20\) and SCI \(64, 80\).*, expected equal sizes",
        pixels("saturation.fits", "DQ", lambda a: a[:20, :20].copy()),
    ),
    case(
        "saturation with flags as floats",
        "saturation",
        "DQ is float32, expected integers as flags are",
        pixels("saturation.fits", "DQ", lambda a: a.astype("f4")),
    ),
    case(
        "ipc with a kernel of one axis",
        "ipc",
        r"ipc\.fits: SCI is \(3,\), expected a kernel",
        pixels("ipc.fits", "SCI", lambda a: a[0].copy()),
    ),
    case(
        "rscd without a column",
        "rscd",
        "RSCD_GROUP_SKIP has no column group_skip; is it",
        edited("rscd.fits", _columns),
    ),
    case(
        "reset that says more groups than it has",
        "reset",
        r"NINTS is 2 and NGROUPS 9, but SCI has 2 integrations of 3 groups",
        keyword("reset.fits", "NGROUPS", 9),
    ),
    case(
        "dark of no frames",
        "dark_current",
        r"dark\.fits: NFRAMES is 0, expected a whole number from 1 to 10000: .*; correct it",
        keyword("dark.fits", "NFRAMES", 0),
    ),
    case(
        "dark of one group",
        "dark_current",
        r"dark\.fits: 1 groups of 1 frames, too few for the exposure's 5 of 1; give a longer dark",
        pixels("dark.fits", "SCI", lambda a: a[:, :1].copy()),
    ),
]


def _spoil(values: np.ndarray) -> None:
    values[..., ::2] = np.nan
    values[..., 1::2] = np.inf


NAN = [
    goes_on(
        f"{kind} is NaN and infinite",
        step,
        "",
        pixels(f"{kind}.fits", "SCI", _spoil),
        status=f"{key}=COMPLETE",
    )
    for step, kind, key in (
        ("saturation", "saturation", "S_SATURA"),
        ("superbias", "superbias", "S_SUPERB"),
        ("ipc", "ipc", "S_IPC"),
        ("dark_current", "dark", "S_DARK"),
        ("jump", "gain", "S_JUMP"),
        ("jump", "readnoise", "S_JUMP"),
    )
]

CASES = [
    *(each for step, (kind, *_) in NEEDED.items() for each in _references(step, kind)),
    *_images("saturation", "saturation"),
    *_images("jump", "gain"),
    *_uncut("dark_current", "dark"),
    *_uncut("reset", "reset"),
    *SHAPES,
    *NAN,
]
